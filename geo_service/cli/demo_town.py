"""The schematic town, drawn and put into an empty database: the first start of ``serve --demo``."""

from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.catalogue.raster.figures import refresh
from geo_service.catalogue.raster.files import rasters_folder
from geo_service.cli.common import note
from geo_service.days import day_of
from geo_service.db.engine import make_sessions, transaction
from geo_service.demo.greenmap import LAYER, register_green_map
from geo_service.demo.load import load
from geo_service.demo.records import Town
from geo_service.demo.town import build
from geo_service.errors import N_
from geo_service.installation import Installation


def load_town(opened: Installation) -> None:
    """Draw the town as of today, and load it with all that people did in it."""
    now = datetime.now(UTC)
    note(N_("Drawing the demo town (some seconds, once)…"))
    town = build(today=day_of(now))
    note(N_("Loading it into the database…"))
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
