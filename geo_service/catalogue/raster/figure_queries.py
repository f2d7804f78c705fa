"""Selects about figures on rasters; what was measured on pieces is added up by ``geo.district_raster`` (``db/sql/rasters.sql``)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from geo_service.db.engine import look_at

_UNMEASURED = text("""
    select p.id, st_asbinary(p.geom) as shape from geo.district_piece p
    where not exists (select from geo.raster_figure f where f.piece_id = p.id and f.edition_id = :edition)
    order by p.id""")
_DISTRICTS = text("""
    select d.code, d.name, f.area_m2, f.known_m2, f.counted_m2, f.mean, f.lowest, f.highest, f.green_share
    from geo.current_district d
    left join geo.district_raster f on f.layer = :layer and f.level = d.level and f.district_id = d.id
    where d.level = :level
    union all
    select null, null, f.area_m2, f.known_m2, f.counted_m2, f.mean, f.lowest, f.highest, f.green_share
    from geo.district_raster f where f.layer = :layer and f.level = :level and f.district_id is null
    order by 1 nulls last""")

_CLASSES = text("""
    select d.code, c.value, c.area_m2 from geo.district_raster_class c
    left join geo.district d on d.id = c.district_id where c.layer = :layer and c.level = :level""")


def unmeasured(session: Session, edition_id: int) -> list[tuple[int, bytes]]:
    """The pieces of ground (id and WKB in RD) without figures on an edition. Districts wait until the transaction ends."""
    session.execute(text("select geo.lock_pieces(alone => false)"))
    return [(piece, shape) for piece, shape in session.execute(_UNMEASURED, {"edition": edition_id})]


def districts(session: Session, layer: str, level: str, at: date) -> Sequence[RowMapping]:
    """Per district of a level, and last what lies outside every one of them; nulls where nothing was measured."""
    look_at(session, at)
    rows = session.execute(_DISTRICTS, {"layer": layer, "level": level}).mappings().all()
    look_at(session, None)
    return rows


def classes(session: Session, layer: str, level: str, at: date) -> dict[str | None, dict[float, float]]:
    """The m² of each class per district of a level, by code; None is what lies outside every one of them."""
    look_at(session, at)
    found: dict[str | None, dict[float, float]] = defaultdict(dict)
    for code, value, area_m2 in session.execute(_CLASSES, {"layer": layer, "level": level}):
        found[code][value] = area_m2
    look_at(session, None)
    return found


def forget(session: Session, edition_id: int) -> None:
    """Throw the figures of an edition away, to be measured again."""
    session.execute(text("delete from geo.raster_figure where edition_id = :edition"), {"edition": edition_id})


def kept_plots(session: Session, at: date, most: int | None, after: str) -> list[tuple[str, str, bytes]]:
    """Code, name and WKB (RD) of the plots that the public layer shows as kept on a day, by code, after a code."""
    look_at(session, at)
    wanted = text("""
        select plekcode, naam, st_asbinary(geometrie) from layers.zelfbeheerplekken
        where status = 'geadopteerd' and plekcode > :after order by plekcode limit :most""")
    rows = [(code, name, shape) for code, name, shape in session.execute(wanted, {"after": after, "most": most})]
    look_at(session, None)
    return rows
