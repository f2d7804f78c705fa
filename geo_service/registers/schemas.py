"""What enters an import and what it reports."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from geo_service.errors import N_

Kind = Literal["districts", "green", "management", "zones", "ground", "trees", "addresses"]
KINDS: tuple[Kind, ...] = ("districts", "green", "management", "zones", "ground", "trees", "addresses")

REFUSALS = {
    "no_geometry": N_("no geometry"),
    "empty": N_("empty geometry"),
    "unreadable": N_("unreadable geometry"),
    "no_area": N_("no area (a line or a point)"),
    "no_point": N_("not a point"),
    "too_small": N_("nothing left on the 1 mm grid"),
    "outside_netherlands": N_("outside the Netherlands"),
    "older_version": N_("an older version (kept with --all-versions)"),
    "short_life": N_("in force for less than a day"),
    "other_height": N_("not at ground level"),
    "no_berm": N_("another function than berm"),
    "no_vegetation": N_("no vegetation"),
    "vegetation": N_("vegetation (import it as green)"),
    "other_municipality": N_("of another municipality"),
    "outside_municipality": N_("outside the municipality"),
    "unknown_code": N_("code that is no gemeente, stadsdeel, wijk or buurt"),
    "no_year": N_("no year (give --year)"),
    "missing_value": N_("a required value is missing"),
    "bad_date": N_("an unreadable date"),
    "bad_value": N_("a value that is not in the list"),
    "no_tree": N_("not a tree"),
    "duplicate": N_("given twice"),
}

CHANGES = {
    "split": N_("split"),
    "merged": N_("merged"),
    "redivided": N_("split and merged"),
    "moved": N_("moved or reshaped"),
    "changed": N_("other properties"),
    "replaced": N_("under another number"),
    "vanished": N_("vanished"),
    "appeared": N_("appeared"),
}


@dataclass(frozen=True)
class Source:
    """A vector file or a folder of them, and how to read it. ``columns``: our column -> theirs.

    ``delivered``: layers that were downloaded, instead of those in files. ``area``: the ground (RD) that the source is complete for;
    what lies for the most part elsewhere is left out.
    """

    path: Path
    layer: str | None = None
    crs: str | None = None
    year: int | None = None
    all_versions: bool = False
    complete: bool = False
    columns: dict[str, str] = field(default_factory=dict)
    delivered: tuple[Any, ...] = ()
    area: Any = None


class Repair(BaseModel):
    """An invalid geometry that was repaired, and by how many m² its area changed."""

    register_id: str
    reason: str
    area_change_m2: float


class LayerReport(BaseModel):
    """One layer of a source. ``read`` = new + unchanged + changed + the sum of ``refused`` (+ parts joined into one district)."""

    source: str
    layer: str
    recognised_as: str
    crs: str
    crs_assumed: bool = False
    read: int = 0
    new: int = 0
    unchanged: int = 0
    changed: int = 0
    joined: int = 0
    absent: int = 0
    closed: int = 0
    refused: dict[str, int] = {}
    strange: list[str] = Field(default=[], description="Properties that the source has and that nobody here knows.")
    lacking: list[str] = Field(default=[], description="What the source could have told and does not.")
    repaired: int = 0
    repairs: list[Repair] = Field(default=[], description="The first 20 of them.")
    curves: int = Field(0, description="Geometries with arcs, stroked to within 1 mm.")
    area_m2: float = 0

    @property
    def kept(self) -> int:
        """Objects of this layer that the register holds now."""
        return self.new + self.unchanged + self.changed


class SkippedLayer(BaseModel):
    """A layer or file that was left aside."""

    source: str
    layer: str
    reason: Literal["not_recognised", "same_objects", "no_geometry", "no_vector_file", "no_features"]


class Overlap(BaseModel):
    """Ground that two districts of one level both claim; the lower code holds it."""

    level: str
    code: str
    other: str
    area_m2: float


class ChangeSet(BaseModel):
    """Ids of the rows that an import added, changed or closed; whoever stands on them joins it with what it touches."""

    added: list[int] = []
    changed: list[int] = []
    closed: list[int] = []

    @property
    def all(self) -> list[int]:
        """Every row that is not as it was."""
        return self.added + self.changed + self.closed


class TouchedAdoption(BaseModel):
    """What an adoption covers of the old and of the new object of a change. The adoption itself stays as it is."""

    adoption_id: UUID
    plot: str
    state: str
    before_m2: float
    after_m2: float


class Change(BaseModel):
    """What became of one object of green: the old and the new version with their m², and the ground that they share.

    ``kind``: one of ``CHANGES``. ``what``: the columns that are not as they were.
    """

    id: int
    kind: str
    before_id: str | None
    before_version: str | None
    after_id: str | None
    after_version: str | None
    before_m2: float | None
    after_m2: float | None
    shared_m2: float
    what: list[str]
    adoptions: list[TouchedAdoption] = []


class TouchedPlot(BaseModel):
    """Green under one adoption before and after a refresh, in m², as far as it changed."""

    adoption_id: UUID
    plot: str
    state: str
    before_m2: float
    after_m2: float


class ImportReport(BaseModel):
    """The whole import of one source. Areas in m²."""

    kind: Kind
    layers: list[LayerReport]
    skipped: list[SkippedLayer] = []
    derived_stadsdelen: int = 0
    missing_wijken: list[str] = []
    overlaps: list[Overlap] = []
    overlap_m2: float = 0
    outside_m2: float = 0
    edits_overwritten: int = Field(0, description="Zones that somebody had edited by hand, and that are as the source tells them again.")
    dry_run: bool = False
    changes: ChangeSet = ChangeSet()
    lineage: list[Change] = []
    touched: list[TouchedPlot] = []
