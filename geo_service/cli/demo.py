"""``serve --demo``: the schematic town in an empty database, and how to sign in as its people."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.catalogue.raster.figures import refresh
from geo_service.catalogue.raster.files import rasters_folder
from geo_service.cli.common import err, language
from geo_service.days import day_of
from geo_service.db.engine import make_sessions, transaction
from geo_service.demo.greenmap import LAYER, register_green_map
from geo_service.demo.load import load
from geo_service.demo.records import Town
from geo_service.demo.residents import DEMO_PEOPLE, DOMAIN
from geo_service.demo.town import build
from geo_service.errors import N_, SetupError
from geo_service.installation import Installation
from geo_service.registers.queries import holds_demo, holds_real_data
from geo_service.words import say

LOOPBACK = ("127.0.0.1", "::1", "localhost")


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
        _load(opened)
    people = ", ".join(f"{name}@{DOMAIN}" for name, *_ in DEMO_PEOPLE)
    _tell(N_("Schematic demo. Its people: {people}"), people=people)
    _tell(N_("Sign in as one of them: TOKEN=$({program} people token resident@{domain})"), program=_program(), domain=DOMAIN)


def _load(opened: Installation) -> None:
    now = datetime.now(UTC)
    _tell(N_("Drawing the demo town (some seconds, once)…"))
    town = build(today=day_of(now))
    _tell(N_("Loading it into the database…"))
    with transaction(opened.sessions) as session:
        load(session, town, opened.municipality, now)
        _draw_green_map(opened, session, town, now)
    with transaction(make_sessions(opened.owner)) as owner:  # or the first minute goes by without good query plans
        owner.execute(text("analyze"))


def _draw_green_map(opened: Installation, session: Session, town: Town, now: datetime) -> None:
    """The town as a raster, where its layer is published, with its figures."""
    if definition := opened.catalogue.rasters.get(LAYER):
        folder = rasters_folder(opened.settings.data_dir)
        register_green_map(session, folder, definition, town, now)
        refresh(session, folder, opened.catalogue.rasters)


def _program() -> str:
    """How this command was called, to copy: below the folder where one stands, the path from there."""
    path = Path(sys.argv[0])
    if path.name == "__main__.py":
        return "python -m geo_service"
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _tell(words: str, **values: str) -> None:
    err.print(say(words, language(), **values), markup=False)
