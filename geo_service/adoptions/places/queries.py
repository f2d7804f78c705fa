"""Every select on places near a point. What is public of a plot is decided here."""
# ruff: noqa: S608 - the parts of each query are constants of this module; values are bound

from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

_CLAIMS = """(a.granted and a.state <> 'ended' or a.state in ('submitted', 'in_review', 'site_visit')
     or a.state = 'draft' and (a.reserved_until at time zone 'Europe/Amsterdam')::date >= :day)"""
_HERE = "select st_setsrid(st_makepoint(:x, :y), 28992) as point, st_expand(st_setsrid(st_makepoint(:x, :y), 28992), :radius) as box"
# One row per plot that somebody keeps, asked for or reserved: who keeps it goes first, then the furthest request.
_KEPT = f"""
  select distinct on (a.plot_id) p.code, null::text as register_id, p.name,
         case when a.adopted and a.period @> cast(:day as date) then 'geadopteerd' when a.state = 'draft' then 'gereserveerd'
              else 'aangevraagd' end as status,
         kind.green_type, a.area_m2, a.geom, false as consent, a.reserved_until, a.initiative_id
  from {{source}}
  join geo.plot p on p.id = a.plot_id
  left join lateral (
    select g.green_type from geo.adoption_piece k join geo.green_piece g on g.id = k.green_piece_id
    where k.adoption_id = a.id and g.applies_to > :day order by k.area_m2 desc limit 1
  ) kind on true
  where {_CLAIMS} and a.period && daterange(:day, null)
  order by a.plot_id, a.adopted and a.period @> cast(:day as date) desc, a.granted desc, a.state = 'draft', a.id
"""
# Plots that nobody has now: offered by the municipality, or given back. A plot of a request that came to nothing is not told about.
_LEFT = f"""
  select p.code, null::text as register_id, p.name, 'vrij' as status, kind.green_type, v.area_m2, v.geom, false as consent,
         null::timestamptz as reserved_until, null::uuid as initiative_id
  from {{source}}
  join geo.plot p on p.id = v.plot_id
  left join lateral (
    select g.green_type from geo.green_object g where g.applies @> cast(:day as date) and g.geom && v.geom
    order by st_distance(g.geom, st_pointonsurface(v.geom)) limit 1
  ) kind on true
  where not exists (select from geo.plot_version w where w.plot_id = v.plot_id and w.number > v.number)
    and (not exists (select from geo.adoption a where a.plot_id = v.plot_id)
         or exists (select from geo.adoption a where a.plot_id = v.plot_id and a.state = 'ended' and not isempty(a.period)))
    and not exists (
      select from geo.adoption a
      where a.geom && v.geom and {_CLAIMS} and a.period && daterange(:day, null) and st_relate(a.geom, v.geom, 'T********'))
"""
_KEEPER = """left join lateral (
    select i.slug, i.name from geo.initiative i
    where i.id = place.initiative_id and place.status = 'geadopteerd'
      and (select count(*) from geo.initiative_member m where m.initiative_id = i.id) > 1
  ) keeper on true"""
_STREET = """left join lateral (
    select coalesce(
      (select o.name from geo.ground o
       where o.family = 'road' and o.name is not null and not starts_with(o.appearance, 'rijbaan auto')
         and st_dwithin(o.geom, place.geom, 60)
       order by st_distance(o.geom, place.geom), o.name limit 1),
      (select a.street from geo.address a where st_dwithin(a.geom, place.geom, 100)
       order by st_distance(a.geom, place.geom), a.street limit 1)) as name
  ) street on true"""
_SHOWN = f"""
  select place.code, place.register_id, place.name, place.status, place.green_type, street.name as street, place.area_m2, place.distance,
         place.consent, place.reserved_until, keeper.name as keeper, keeper.slug as keeper_slug,
         st_x(middle.at) as lon, st_y(middle.at) as lat
         {{more}}
  from {{source}} place
  {_STREET}
  {_KEEPER}
  cross join lateral (select geo.to_lonlat(st_pointonsurface(place.geom)) as at) middle
"""
# Free: managed, whole, not taken, not forbidden, of a size that the rules allow, and near households where addresses are known.
# How wide it is, is measured only where it may fail.
_NEARBY = f"""
  with here as ({_HERE}),
  kept as materialized (
    {_KEPT.format(source="here join geo.adoption a on a.geom && here.box")}
  ),
  left_over as materialized (
    {_LEFT.format(source="here join geo.plot_version v on v.geom && here.box")}
  ),
  green as (
    select null::text as code, g.register_id, null::text as name, 'vrij' as status, g.green_type, g.area_m2, g.geom,
           exists (
             select from geo.zone z
             where z.disclosure = 'public' and z.effect = 'needs_consent' and z.valid && daterange(:day, null)
               and z.geom && g.geom and st_relate(z.geom, g.geom, 'T********')) as consent,
           null::timestamptz as reserved_until, null::uuid as initiative_id
    from here join geo.green_object g on g.geom && here.box
    where :free and g.applies @> cast(:day as date) and g.area_m2 between :smallest and :largest
      and (:any_kind or g.green_type = any(:types)) and st_dwithin(g.geom, here.point, :radius)
      and exists (select from geo.green_piece p where p.green_object_id = g.id and p.applies_to > :day)
      and not exists (
        select from geo.green_piece p where p.green_object_id = g.id and p.applies_to > :day and (not p.managed or p.contested))
      and not exists (
        select from geo.green_piece p join geo.adoption_piece k on k.green_piece_id = p.id join geo.adoption a on a.id = k.adoption_id
        where p.green_object_id = g.id and {_CLAIMS} and a.period && daterange(:day, null))
      and not exists (
        select from geo.zone z
        where z.disclosure = 'public' and z.effect = 'forbidden' and z.valid && daterange(:day, null)
          and z.geom && g.geom and st_relate(z.geom, g.geom, 'T********'))
      and not exists (select from left_over l where l.geom && g.geom and st_relate(l.geom, g.geom, 'T********'))
      and (:households <= (
             select coalesce(sum(a.households), 0) from geo.address a
             where a.geom && st_expand(g.geom, :reach) and st_dwithin(a.geom, g.geom, :reach))
           or not exists (select from geo.address))
      and case when 2 * g.area_m2 / st_perimeter(g.geom) > :width then true else not st_isempty(st_buffer(g.geom, -:width / 2)) end
  ),
  fitting as (
    select p.*, st_distance(p.geom, here.point) as distance
    from here, (select * from kept union all select * from left_over union all select * from green) p
    where (:any_status or p.status = any(:statuses)) and (:any_kind or p.green_type = any(:types))
      and p.area_m2 between :at_least and :at_most
  ),
  page as (
    select f.*, count(*) over () as total, count(*) filter (where f.status = 'vrij') over () as free
    from fitting f where f.distance <= :radius order by f.distance, f.code, f.register_id limit :limit
  )
  {_SHOWN.format(source="page", more=", place.total, place.free")}
  order by place.distance, place.code, place.register_id
"""
_PLOT = f"""
  with kept as ({_KEPT.format(source="geo.plot asked join geo.adoption a on asked.code = :code and a.plot_id = asked.id")}),
  left_over as ({_LEFT.format(source="geo.plot asked join geo.plot_version v on asked.code = :code and v.plot_id = asked.id")}),
  found as (select f.*, 0.0::float8 as distance from (select * from kept union all select * from left_over) f)
  {_SHOWN.format(source="found", more="")}
"""
_GREEN = f"""
  with found as (
    select null::text as code, g.register_id, null::text as name, 'vrij' as status, g.green_type, g.area_m2, g.geom,
           0.0::float8 as distance, exists (
             select from geo.zone z
             where z.disclosure = 'public' and z.effect = 'needs_consent' and z.valid && daterange(:day, null)
               and z.geom && g.geom and st_relate(z.geom, g.geom, 'T********')) as consent,
           null::timestamptz as reserved_until, null::uuid as initiative_id
    from geo.green_object g where g.register_id = :object_id and g.applies @> cast(:day as date)
  )
  {_SHOWN.format(source="found", more="")}
"""


def nearby(session: Session, x: float, y: float, day: date, **asked: Any) -> list[Row[Any]]:
    """The nearest places around a point in RD, each with the totals; the keys of ``asked`` are the values that ``_NEARBY`` names."""
    return list(session.execute(text(_NEARBY), {"x": x, "y": y, "day": day, **asked}))


def plot(session: Session, code: str, day: date) -> Row[Any] | None:
    """A plot that may be shown."""
    return session.execute(text(_PLOT), {"code": code, "day": day}).one_or_none()


def green(session: Session, object_id: str, day: date) -> Row[Any] | None:
    """A green object of the day, whether it is free or not."""
    return session.execute(text(_GREEN), {"object_id": object_id, "day": day}).one_or_none()


_YEARS = """
  select extract(year from lower(a.period))::int as since,
         case when a.state = 'ended' then extract(year from upper(a.period))::int end as until,
         keeper.name as keeper, keeper.slug as keeper_slug
  from geo.plot p
  join geo.adoption a on a.plot_id = p.id
  left join lateral (
    select i.slug, i.name from geo.initiative i
    where i.id = a.initiative_id and (select count(*) from geo.initiative_member m where m.initiative_id = i.id) > 1
  ) keeper on true
  where p.code = :code and a.adopted and not isempty(a.period) and lower(a.period) <= :day
  order by lower(a.period) desc, a.id
"""
_LYING = """
  select d.level, d.name from geo.current_district d
  where d.level in ('wijk', 'buurt') and d.geom && :point and st_intersects(d.geom, :point) order by d.code desc
"""
_PLOTS_ON = f"""
  select distinct p.code from geo.green_object g
  join geo.adoption a on a.geom && g.geom and st_relate(a.geom, g.geom, 'T********')
  join geo.plot p on p.id = a.plot_id
  where g.register_id = :object_id and g.applies @> cast(:day as date) and {_CLAIMS} and a.period && daterange(:day, null)
  order by p.code
"""
_PLOTS_INSTEAD = f"""
  select distinct other.code from geo.plot p
  join geo.adoption old on old.plot_id = p.id and old.adopted and not isempty(old.period)
  join geo.adoption a on a.plot_id <> p.id and a.geom && old.geom and st_relate(a.geom, old.geom, 'T********')
  join geo.plot other on other.id = a.plot_id
  where p.code = :code and {_CLAIMS} and a.period && daterange(:day, null)
  order by other.code
"""
_GREEN_INSTEAD = """
  with recursive after as (
    select l.after_id, l.shared_m2 from geo.lineage l where l.before_id = :object_id and l.after_id <> :object_id
    union
    select l.after_id, l.shared_m2 from after join geo.lineage l on l.before_id = after.after_id and l.after_id <> after.after_id
  )
  select distinct g.register_id from after join geo.green_object g on g.register_id = after.after_id
  where g.applies @> cast(:day as date) and after.shared_m2 > 1 order by 1
"""


def years_of(session: Session, code: str, day: date) -> list[Row[Any]]:
    """In which years a plot was kept, the last ones first."""
    return list(session.execute(text(_YEARS), {"code": code, "day": day}))


def districts_at(session: Session, lon: float, lat: float) -> dict[str, str]:
    """The buurt and the wijk around a point: ``{level: name}``."""
    point = "geo.to_rd(st_setsrid(st_makepoint(:lon, :lat), 4326))"
    rows = session.execute(text(_LYING.replace(":point", point)), {"lon": lon, "lat": lat})
    return {row.level: row.name for row in rows}


def plots_on(session: Session, object_id: str, day: date) -> list[str]:
    """The codes of plots that take a part of a green object."""
    return list(session.scalars(text(_PLOTS_ON), {"object_id": object_id, "day": day}))


def plots_instead(session: Session, code: str, day: date) -> list[str]:
    """The codes of plots that lie where this one was kept before."""
    return list(session.scalars(text(_PLOTS_INSTEAD), {"code": code, "day": day}))


def green_instead(session: Session, object_id: str, day: date) -> list[str]:
    """The green objects of the day that came in the place of one that the register ended."""
    return list(session.scalars(text(_GREEN_INSTEAD), {"object_id": object_id, "day": day}))


def green_known(session: Session, object_id: str) -> bool:
    """Whether the register ever had this green object."""
    return bool(session.scalar(text("select exists (select from geo.green_object where register_id = :id)"), {"id": object_id}))
