"""Puts the demo town into an empty database: registers, people, and the history of what they did. The caller commits."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.db.models import Setting
from geo_service.demo.agreements import write_agreements
from geo_service.demo.copying import as_wkb, copy_rows, days
from geo_service.demo.history import History
from geo_service.demo.records import Town
from geo_service.demo.residents import populate
from geo_service.demo.town import SEED
from geo_service.municipality import Municipality
from geo_service.registers.models import RegisterImport
from geo_service.registers.service import assume_management

SOURCE = "demo"


def load(session: Session, town: Town, municipality: Municipality, now: datetime) -> None:
    """Load the town and mark the database as the demo. All that people did is dated before `now` (aware)."""
    session.merge(Setting(key="demo", value={"seed": SEED, "today": town.today.isoformat()}))
    session.flush()  # from here on events may be dated
    assume_management(session, municipality)
    Registers(session, town, now).load()
    rng = np.random.default_rng([SEED, 4000])
    people = populate(town, rng)
    History(session, town, people, now, rng).load()
    session.execute(text("select geo.rebuild_pieces()"))
    own = [people.named("resident"), people.named("neighbour")]
    write_agreements(session, municipality, people.named("wijkregisseur"), own, now)


class Registers:
    """Copies the registers, each with the record of its import."""

    def __init__(self, session: Session, town: Town, now: datetime) -> None:
        self.session, self.town, self.now = session, town, now

    def load(self) -> None:
        """All registers."""
        self.districts()
        self.green()
        self.ground()
        self.management()
        self.zones()
        self.trees()
        self.addresses()

    def copy(
        self, kind: str, table: str, columns: str, rows: Iterable[Sequence[Any]], shapes: Sequence[shapely.Geometry] | np.ndarray
    ) -> None:
        """Copy rows with their shapes into a table."""
        report = {"source": SOURCE, "schematic": True, "kept": len(shapes)}
        entry = RegisterImport(kind=kind, source=SOURCE, imported_at=self.now, report=report)
        self.session.add(entry)
        self.session.flush()
        full = ((*row, wkb, entry.id) for row, wkb in zip(rows, as_wkb(shapes), strict=True))
        copy_rows(self.session, table, [*columns.split(), "geom", "import_id"], full)

    def districts(self) -> None:
        """All levels, as an edition of this year."""
        found, year = self.town.districts, self.town.today.year
        rows = [(d.code, d.name, d.level, d.parent or None, year, d.population, d.homes) for d in found]
        self.copy("districts", "district", "code name level parent year population homes", rows, [d.outline for d in found])

    def green(self) -> None:
        """Every version of the green objects."""
        g = self.town.green
        valid = [days(*life) for life in zip(g.valid_from, g.valid_to, strict=True)]
        applies = [days(*life) for life in zip(g.applies_from, g.valid_to, strict=True)]
        rows = zip(g.register_id, g.version, g.category, g.appearance, g.plus_type, g.bronhouder, valid, applies, strict=True)
        columns = "register_id version category appearance plus_type bronhouder valid applies"
        self.copy("green", "green_object", columns, rows, g.geometry)

    def ground(self) -> None:
        """Streets, water, buildings and other ground."""
        g = self.town.ground
        rows = zip(g.register_id, g.family, g.appearance, g.name, strict=True)
        self.copy("ground", "ground", "register_id family appearance name", rows, g.geometry)

    def management(self) -> None:
        """Who keeps what, without end."""
        kept = self.town.management
        rows = [(m.register_id, m.keeper, m.municipal, days(None, None)) for m in kept]
        self.copy("management", "management", "register_id keeper municipal valid", rows, [m.geometry for m in kept])

    def zones(self) -> None:
        """Restrictions; they have a history, which the demo dates as all of it."""
        found = self.town.zones
        self.session.execute(text("select set_config('geo.at', :at, true)"), {"at": self.now.isoformat()})
        rows = [(f"zone.{k}", z.kind, z.effect, z.disclosure, z.name, SOURCE, days(z.starts, z.ends)) for k, z in enumerate(found, 1)]
        columns = "register_id kind effect disclosure name source valid"
        self.copy("zones", "zone", columns, rows, [z.geometry for z in found])

    def trees(self) -> None:
        """Trees with their species."""
        rows = [(f"boom.{k}", species) for k, species in enumerate(self.town.trees.species, 1)]
        self.copy("trees", "tree", "register_id species", rows, self.town.trees.point)

    def addresses(self) -> None:
        """Doors with their homes."""
        doors = self.town.addresses
        rows = [(f"adres.{k}", a.street, str(a.number), a.postcode, a.homes) for k, a in enumerate(doors, 1)]
        self.copy("addresses", "address", "register_id street number postcode households", rows, [a.point for a in doors])
