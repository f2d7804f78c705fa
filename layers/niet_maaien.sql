-- Adoptions without a pause on the day are whole and found by their index; of the others what no pause takes.
select a.id::text as adoptie_id, p.code as plekcode, p.name as naam, i.name as initiatief,
       case a.care when 'full' then 'volledig' else 'gedeeltelijk' end as zorg, array_to_string(a.measures, ', ') as maatregelen,
       lower(a.period) as sinds, upper(a.period) as tot, a.area_m2 as oppervlakte_m2,
       a.geom as geometrie, a.geom_4326 as geometrie_4326, a.geom_3857 as geometrie_3857
from geo.adoption a
join geo.plot p on p.id = a.plot_id
join geo.initiative i on i.id = a.initiative_id
where a.adopted and a.period @> (select geo.as_of())
  and not exists (select from geo.pause s where s.adoption_id = a.id and s.period @> (select geo.as_of()))
union all
select a.id::text, p.code, p.name, i.name, case a.care when 'full' then 'volledig' else 'gedeeltelijk' end,
       array_to_string(a.measures, ', '), lower(a.period), upper(a.period), st_area(rest.geom),
       rest.geom::geometry(MultiPolygon, 28992), geo.to_lonlat(rest.geom)::geometry(MultiPolygon, 4326),
       geo.to_mercator(rest.geom)::geometry(MultiPolygon, 3857)
from geo.adoption a
join geo.plot p on p.id = a.plot_id
join geo.initiative i on i.id = a.initiative_id
join (
  select s.adoption_id, st_union(coalesce(s.geom, o.geom)) as geom
  from geo.pause s join geo.adoption o on o.id = s.adoption_id
  where s.period @> (select geo.as_of())
  group by s.adoption_id
) paused on paused.adoption_id = a.id
cross join lateral (select geo.polygons(st_difference(a.geom, paused.geom)) as geom) rest
where a.adopted and a.period @> (select geo.as_of()) and not st_isempty(rest.geom)
