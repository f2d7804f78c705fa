"""What people do with rasters: have a file judged, register it for a day, and take an edition away. The caller commits."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from geo_service.catalogue.raster import queries
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.raster.files import fault_of, name_of, sha256_of
from geo_service.catalogue.raster.judge import MOST_CELLS, Header
from geo_service.catalogue.raster.models import RasterEdition
from geo_service.catalogue.raster.values import Progress, judge, make_cog
from geo_service.catalogue.raster.workplace import Workplace, clear_up, one_at_a_time
from geo_service.days import day_of
from geo_service.errors import N_, Conflict, InvalidInput, NotFound, UnusableSource

NO_DAY = N_("Which day does this file show? Say it with --date YYYY-MM-DD, or with date in the table [raster] of layers/{layer}.toml.")
NOT_YET = N_("{day} is still to come; a raster shows a day that was.")
OTHER = N_("{layer} has another file for {day} already. To put this one in its place: --replace")
ELSEWHERE = N_("The file lies outside all districts that were imported ({left}, {bottom} to {right}, {top}).")
NO_EDITION = N_("{layer} has no edition of {day}.")


def check(definition: RasterDefinition, path: Path, *, most_cells: int = MOST_CELLS, progress: Progress | None = None) -> Header:
    """Judge a file without keeping it; ``UnusableSource`` with all its faults."""
    return judge(definition, path, most_cells, progress=progress)


def register(
    session: Session,
    folder: Path,
    definition: RasterDefinition,
    path: Path,
    *,
    day: date | None = None,
    now: datetime,
    replace: bool = False,
    source: str | None = None,
    licence: str | None = None,
    owner: str | None = None,
    most_cells: int = MOST_CELLS,
    progress: Progress | None = None,
    judged: Callable[[Header], None] | None = None,
) -> RasterEdition:
    """Make a file the edition of a day: a cloud-optimised GeoTIFF in ``folder`` and its row, which come and go together.

    The same file again gives the edition that there is, and its file if that was lost. ``source``, ``licence`` and ``owner`` are those
    of the definition unless told; ``judged`` hears of a file that is in order. The database is asked only when the file is made.

    Errors: ``UnusableSource`` with all faults of the file, ``InvalidInput`` for the day, ``Conflict`` when the day has another file
    that is not to be replaced.
    """
    shown = _day(definition, day, now)
    with Workplace(folder) as work:
        cog, header = _made(work, definition, path, most_cells, progress)
        if judged:
            judged(header)
        one_at_a_time(session)
        clear_up(session, folder)
        _require_near(session, header)
        edition = _row(definition, shown, header, cog)
        edition.registered_at = now
        edition.source, edition.licence, edition.owner = source or edition.source, licence or edition.licence, owner or edition.owner
        return _placed(session, work, edition, cog, replace=replace)


def _made(work: Workplace, definition: RasterDefinition, path: Path, most_cells: int, progress: Progress | None) -> tuple[Path, Header]:
    tiles, cog = work.path / "tiles.tif", work.path / "cog.tif"
    header = judge(definition, path, most_cells, into=tiles, progress=progress)
    make_cog(tiles, cog, definition)
    tiles.unlink()
    return cog, header


def _row(definition: RasterDefinition, day: date, header: Header, cog: Path) -> RasterEdition:
    sha256 = sha256_of(cog)
    return RasterEdition(
        layer=definition.id,
        day=day,
        file=name_of(definition.id, day, sha256),
        sha256=sha256,
        size_bytes=cog.stat().st_size,
        width=header.width,
        height=header.height,
        cell_m=header.cell_m,
        left_m=header.left_m,
        top_m=header.top_m,
        nodata=header.nodata,
        source=definition.source,
        licence=definition.licence,
        owner=definition.owner,
    )


def _placed(session: Session, work: Workplace, edition: RasterEdition, cog: Path, *, replace: bool) -> RasterEdition:
    known = queries.edition_of_day(session, edition.layer, edition.day)
    if known and known.sha256 == edition.sha256:
        if fault_of(work.folder, known, whole=True):
            work.follow(session, made=cog, name=known.file)
        return known
    if known and not replace:
        raise Conflict(OTHER, layer=edition.layer, day=edition.day)
    if known:
        session.delete(known)
        session.flush()
    work.follow(session, made=cog, name=edition.file, gone=known.file if known else None)
    session.add(edition)
    session.flush()
    return edition


def remove(session: Session, folder: Path, layer_id: str, day: date) -> RasterEdition:
    """Take the edition of a day away, with its file and its figures; ``NotFound`` when there is none."""
    one_at_a_time(session)
    edition = queries.edition_of_day(session, layer_id, day)
    if edition is None:
        raise NotFound(NO_EDITION, layer=layer_id, day=day)
    with Workplace(folder) as work:
        work.follow(session, gone=edition.file)
        session.delete(edition)
        session.flush()
    return edition


def _day(definition: RasterDefinition, told: date | None, now: datetime) -> date:
    day = told or definition.raster.day
    if day is None:
        raise InvalidInput(NO_DAY, layer=definition.id)
    if day > day_of(now):
        raise InvalidInput(NOT_YET, day=day)
    return day


def _require_near(session: Session, header: Header) -> None:
    """A raster of another place, or with its coordinates swapped, is a mistake; without districts nobody can tell."""
    touched, known = queries.districts_touched(session, header.box)
    if known and not touched:
        left, bottom, right, top = (f"{side:.0f}" for side in header.box)
        raise UnusableSource(ELSEWHERE, left=left, bottom=bottom, right=right, top=top)
