"""Every select on initiatives with their ground."""

from datetime import date
from uuid import UUID

from shapely import Point
from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session

from geo_service.adoptions.models import Adoption
from geo_service.adoptions.queries import PUBLIC_IDEA
from geo_service.adoptions.states import PUBLIC_STATUS
from geo_service.adoptions.together.schemas import Listed, NearIdea, PublicPlot, Wanted
from geo_service.db.base import as_ewkb, as_geometry
from geo_service.initiatives.models import Initiative
from geo_service.plots.models import Plot

FOUND = text("""
    with held as (
      select a.initiative_id, count(distinct a.plot_id) as plots, sum(a.area_m2) as area_m2, bool_or(a.adopted) as kept,
             st_pointonsurface((array_agg(a.geom order by a.created_at desc))[1]) as spot
      from geo.adoption a where a.state not in ('draft', 'refused', 'withdrawn', 'ended') group by 1
    ), found as (
      select i.id, i.slug, i.name, i.story, i.created_at, coalesce(held.plots, 0)::int as plots, coalesce(held.area_m2, 0) as area_m2,
             case when held.kept then 'geadopteerd' when held.initiative_id is not null then 'aangevraagd' else 'idee' end as status,
             coalesce(held.spot, i.pin) as spot
      from geo.initiative i left join held on held.initiative_id = i.id
      where held.initiative_id is not null or (i.pin is not null and i.confirmed_at is not null and i.hidden_at is null)
    )
    select f.id, f.slug, f.name, f.story, f.status, lies.name as place, f.plots, f.area_m2,
           (select count(*) from geo.initiative_member m where m.initiative_id = f.id) as people,
           st_distance(f.spot, cast(:near as geometry)) as distance_m
    from found f
    left join lateral (
      select string_agg(d.name, ', ' order by d.level) as name, array_agg(d.code) as codes
      from geo.current_district d where d.level in ('buurt', 'wijk') and st_intersects(d.geom, f.spot)
    ) lies on true
    where (:kind = '' or (f.status = 'idee') = (:kind = 'ideeen'))
      and (:district = '' or :district = any(lies.codes))
      and (:words = '' or f.name ilike :words or f.story ilike :words or lies.name ilike :words)
    order by distance_m, f.created_at desc, f.id
    limit :limit offset :offset
""")


def listed(session: Session, wanted: Wanted) -> list[Listed]:
    """Public initiatives and ideas: nearest first where a place is given, else newest first."""
    values = {
        "words": f"%{_plain(wanted.words)}%" if wanted.words else "",
        "district": wanted.district,
        "kind": wanted.kind,
        "near": None if wanted.near is None else as_ewkb(wanted.near),
        "limit": wanted.limit,
        "offset": wanted.offset,
    }
    return [Listed(**row._asdict()) for row in session.execute(FOUND, values)]


def ideas_near(session: Session, place: Point, radius_m: float, limit: int) -> list[NearIdea]:
    """Ideas that are on the map within a distance of a place in RD, nearest first."""
    here, asked = (
        as_geometry(place),
        exists().where(Adoption.initiative_id == Initiative.id, Adoption.state.not_in(("refused", "withdrawn"))),
    )
    distance = func.st_distance(Initiative.pin, here)
    shown = (PUBLIC_IDEA, func.st_dwithin(Initiative.pin, here, radius_m), ~asked)
    statement = select(Initiative.slug, Initiative.name, distance).where(*shown).order_by(distance, Initiative.slug)
    return [NearIdea(*row) for row in session.execute(statement.limit(limit))]


def plots_of(session: Session, initiative_id: UUID, day: date) -> list[PublicPlot]:
    """The plots that an initiative keeps or asked for: what everybody may know of them, largest first."""
    shown = (Adoption.initiative_id == initiative_id, Adoption.state.not_in(("draft", "refused", "withdrawn", "ended")))
    statement = (
        select(Adoption.id, Plot.code, Plot.name, Adoption.state, Adoption.area_m2, func.lower(Adoption.period).label("starts"))
        .join(Plot, Plot.id == Adoption.plot_id)
        .where(*shown)
        .order_by(Adoption.adopted.desc(), Adoption.area_m2.desc(), Adoption.id)
    )
    return [
        PublicPlot(row.id, row.code, row.name, _status(row.state, row.starts, day), row.area_m2, row.starts)
        for row in session.execute(statement)
    ]


def keeps_ground(session: Session, initiative_id: UUID) -> bool:
    """Whether an initiative keeps ground or asks for it: then its last member cannot just go."""
    open_ = Adoption.state.not_in(("refused", "withdrawn", "ended"))
    return session.scalar(select(func.count()).where(Adoption.initiative_id == initiative_id, open_)) != 0


def _status(state: str, starts: date | None, day: date) -> str:
    word = PUBLIC_STATUS[state]
    return "aangevraagd" if word == "geadopteerd" and starts is not None and starts > day else word


def _plain(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
