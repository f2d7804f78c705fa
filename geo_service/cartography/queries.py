"""What maps and their pages ask the database beside the layers themselves."""

from datetime import date

from sqlalchemy import column, func, select, table, text
from sqlalchemy.orm import Session

from geo_service.cartography.definition import Background

_WITHIN = text(
    """
    with recursive down as (
      select code, level from geo.current_district where code = :code
      union
      select d.code, d.level from geo.current_district d join down on d.parent = down.code
    )
    select code from down where level = :level
    """
)
_PLOT_COUNTS = text(
    """
    select st_x(c.point) as x, st_y(c.point) as y, c.plots from (
      select geo.to_lonlat(st_centroid(st_collect(st_centroid(geom)))) as point, count(*) as plots
      from geo.adoption where adopted and period @> :at
      group by floor(st_x(st_centroid(geom)) / :cell), floor(st_y(st_centroid(geom)) / :cell)
    ) c
    """
)


def codes_within(session: Session, level: str, code: str) -> set[str]:
    """The codes of the districts of a level that lie in another district, by their parents."""
    return set(session.scalars(_WITHIN, {"level": level, "code": code}))


def large_shapes(session: Session, background: Background, tolerance_m: float, most: int) -> list[tuple[str, bytes]]:
    """The largest shapes of a background layer, simplified: kind and WKB in RD."""
    layer = table(background.layer, column("geometrie"), column("oppervlakte_m2"), column(background.column), schema="layers")
    kind = layer.c[background.column]
    shape = func.st_asbinary(func.st_simplifypreservetopology(layer.c.geometrie, tolerance_m))
    wanted = select(kind, shape).where(kind.in_(background.values), layer.c.oppervlakte_m2 >= background.smallest_m2)
    rows = session.execute(wanted.order_by(layer.c.oppervlakte_m2.desc()).limit(most))
    return [(kind, bytes(shape)) for kind, shape in rows]


def plots_on_day(session: Session, at: date) -> int:
    """How many adoptions count on a day."""
    return session.execute(text("select count(*) from geo.adoption where adopted and period @> :at"), {"at": at}).scalar_one()


def plot_counts(session: Session, at: date, cell_m: int) -> list[tuple[float, float, int]]:
    """Adoptions on a day as counts per square of ``cell_m`` metres: longitude, latitude, number."""
    rows = session.execute(_PLOT_COUNTS, {"at": at, "cell": cell_m})
    return [(row.x, row.y, row.plots) for row in rows]


def first_day(session: Session) -> date | None:
    """The day on which the first adoption began."""
    return session.execute(text("select min(lower(period)) from geo.adoption where adopted")).scalar_one()


def is_schematic(session: Session) -> bool:
    """Whether this is the demo town, which must be called schematic wherever it is shown."""
    return session.execute(text("select exists (select from geo.setting where key = 'demo')")).scalar_one()
