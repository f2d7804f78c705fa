-- Managed green without what is taken and what public zones forbid (db/sql/availability.sql). Untouched objects come first, as they
-- are stored and found by their index; of the others what remains is computed.
select g.register_id as lokaal_id, case g.category when 'green' then 'groen' else 'recreatie' end as categorie,
       g.green_type as soort_groen, case when consent.zones is null then 'vrij' else 'toestemming nodig' end as status,
       consent.zones as toestemming, true as heel_object,
       case when (select exists (select from geo.management)) then 'register' else 'aanname' end as beheer_volgens,
       g.area_m2 as oppervlakte_m2, g.geom as geometrie, g.geom_4326 as geometrie_4326, g.geom_3857 as geometrie_3857, g.geom as omhullende
from geo.green_object g
cross join lateral (
  select string_agg(distinct z.name, ', ') as zones from geo.asked_public_zone z
  where z.effect = 'needs_consent' and z.geom && g.geom and st_relate(z.geom, g.geom, 'T********')
) consent
where g.applies @> (select geo.as_of())
  and exists (select from geo.asked_green_piece p where p.green_object_id = g.id and p.managed)
  and not exists (select from geo.asked_green_piece p where p.green_object_id = g.id and (not p.managed or p.contested))
  and not exists (select from geo.taken_piece t where t.green_object_id = g.id)
  and not exists (
    select from geo.asked_public_zone z
    where z.effect = 'forbidden' and z.geom && g.geom and st_relate(z.geom, g.geom, 'T********'))
union all
select g.register_id, case g.category when 'green' then 'groen' else 'recreatie' end, g.green_type,
       case when consent.zones is null then 'vrij' else 'toestemming nodig' end, consent.zones, false,
       case when (select exists (select from geo.management)) then 'register' else 'aanname' end,
       st_area(rest.geom), rest.geom::geometry(MultiPolygon, 28992), geo.to_lonlat(rest.geom)::geometry(MultiPolygon, 4326),
       geo.to_mercator(rest.geom)::geometry(MultiPolygon, 3857), g.geom
from geo.green_object g
cross join lateral (
  select st_union(coalesce(p.geom, g.geom), 1e-7) as geom from geo.asked_green_piece p where p.green_object_id = g.id and p.managed
) managed
cross join lateral (
  select st_union(gone.geom, 1e-7) as geom
  from (
    select t.geom from geo.taken_piece t where t.green_object_id = g.id
    union all
    select z.geom from geo.asked_public_zone z
    where z.effect = 'forbidden' and z.geom && g.geom and st_relate(z.geom, g.geom, 'T********')
  ) gone
) gone
cross join lateral (
  select coalesce(geo.other_ground(managed.geom, gone.geom), geo.polygons(managed.geom)) as geom offset 0
) rest
cross join lateral (
  select string_agg(distinct z.name, ', ') as zones from geo.asked_public_zone z
  where z.effect = 'needs_consent' and z.geom && rest.geom and st_relate(z.geom, rest.geom, 'T********')
) consent
where g.applies @> (select geo.as_of()) and geo.is_ground(rest.geom)
  and (exists (select from geo.asked_green_piece p where p.green_object_id = g.id and (not p.managed or p.contested))
    or exists (select from geo.taken_piece t where t.green_object_id = g.id)
    or exists (
      select from geo.asked_public_zone z
      where z.effect = 'forbidden' and z.geom && g.geom and st_relate(z.geom, g.geom, 'T********')))
