"""``serve --demo``: the schematic town in an empty database, and how to sign in as its people."""

import sys
from pathlib import Path

from geo_service.cli.common import note
from geo_service.db.engine import transaction
from geo_service.demo.residents import DEMO_PEOPLE, DOMAIN
from geo_service.errors import N_, SetupError
from geo_service.installation import Installation
from geo_service.registers.queries import holds_demo, holds_real_data
from geo_service.settings import LOOPBACK


def prepare_demo(opened: Installation, address: str) -> None:
    """Load the town when the database is empty, and tell how to get the tokens of its people."""
    if address not in LOOPBACK:
        raise SetupError(N_("The demo, whose sign-in anyone may use, is served on loopback only (127.0.0.1)."))
    with transaction(opened.sessions) as session:
        if holds_real_data(session):
            raise SetupError(
                N_("This database holds real data. Serve the demo from another folder: GEO_DATA_DIR=… geo-service serve --demo")
            )
        ready = holds_demo(session)
    if not ready:
        from geo_service.cli.demo_town import load_town  # what draws it takes half a second to import, and is needed once

        load_town(opened)
    people = ", ".join(f"{name}@{DOMAIN}" for name, *_ in DEMO_PEOPLE)
    note(N_("Schematic demo. Its people: {people}"), people=people)
    note(N_("Sign in as one of them: TOKEN=$({program} people token resident@{domain})"), program=_program(), domain=DOMAIN)


def _program() -> str:
    """How this command was called, to copy: below the folder where one stands, the path from there."""
    path = Path(sys.argv[0])
    if path.name == "__main__.py":
        return "python -m geo_service"
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
