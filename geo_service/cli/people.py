"""``geo-service people``: who may sign in, and as what."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from geo_service.cli.common import err, language, out, session
from geo_service.errors import N_
from geo_service.people import service
from geo_service.words import say

app = typer.Typer(no_args_is_help=True, help="People: add them with a role, give them a token.")

Email = Annotated[str, typer.Argument(help="E-mail address.", show_default=False)]


@app.command()
def add(
    email: Email,
    role: Annotated[str, typer.Option(help="resident, wijkregisseur, toezichthouder, planner, analyst or admin.")] = "resident",
    district: Annotated[list[str] | None, typer.Option(help="Code of a district where the role holds; repeat for more.")] = None,
    name: Annotated[str | None, typer.Option(help="Name, seen by the person and by staff only.")] = None,
) -> None:
    """Add a person, or give one another role. Without --district a role holds everywhere.

    Examples:

      geo-service people add mo@example.org

      geo-service people add wies@example.org --role wijkregisseur --district SD1 --district SD2
    """
    with session() as (_, open_session):
        person = service.add_person(open_session, email, name)
        service.grant_role(open_session, person, role, district or ())
    where = ", ".join(district) if district else say(N_("everywhere"), language())
    out.print(say(N_("{email}: {role}, {where}"), language(), email=email, role=role, where=where), markup=False, highlight=False)


@app.command()
def token(
    email: Email,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How long it is valid.")] = service.TOKEN_DAYS,
) -> None:
    """Print a new token of a person, once: Authorization: Bearer TOKEN.

    Example:

      TOKEN=$(geo-service people token mo@example.org --days 7)
    """
    now = datetime.now(UTC)
    with session() as (_, open_session):
        made = service.issue_token(open_session, email, now, days)
    err.print(say(N_("Valid for {days} days. It is shown only now; keep it secret."), language(), days=days), markup=False)
    print(made)  # noqa: T201  (bare, so that a shell can catch it)
