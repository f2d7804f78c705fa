-- Initiatives that keep ground on the day. Most keep one plot, which is stored as it is; of the others the plots are collected.
-- offset 0: a condition of the asker meets only names that are shown, for its errors would tell the others.
select i.slug, i.name as naam, began.year as sinds_jaar, 1 as plekken, a.area_m2 as oppervlakte_m2,
       a.geom as geometrie, a.geom_4326 as geometrie_4326, a.geom_3857 as geometrie_3857
from geo.adoption a
cross join lateral (select i.slug, i.name from geo.initiative i where i.id = a.initiative_id offset 0) i
cross join lateral (
  select extract(year from min(lower(o.period)))::int as year from geo.adoption o
  where o.initiative_id = a.initiative_id and o.adopted and not isempty(o.period) and lower(o.period) <= (select geo.as_of())
) began
where a.adopted and a.period @> (select geo.as_of())
  and not exists (
    select from geo.adoption o
    where o.initiative_id = a.initiative_id and o.id <> a.id and o.adopted and o.period @> (select geo.as_of()))
union all
select i.slug, i.name, began.year, kept.plots, kept.area_m2, kept.geom::geometry(MultiPolygon, 28992),
       geo.to_lonlat(kept.geom)::geometry(MultiPolygon, 4326), geo.to_mercator(kept.geom)::geometry(MultiPolygon, 3857)
from (
  select a.initiative_id, count(distinct a.plot_id)::int as plots, sum(a.area_m2) as area_m2, st_multi(st_union(a.geom, 1e-7)) as geom
  from geo.adoption a where a.adopted and a.period @> (select geo.as_of())
  group by a.initiative_id having count(*) > 1
) kept
cross join lateral (select i.slug, i.name from geo.initiative i where i.id = kept.initiative_id offset 0) i
cross join lateral (
  select extract(year from min(lower(o.period)))::int as year from geo.adoption o
  where o.initiative_id = kept.initiative_id and o.adopted and not isempty(o.period) and lower(o.period) <= (select geo.as_of())
) began
