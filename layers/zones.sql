select z.register_id as zone_id, z.kind as soort, e.word as effect, d.word as openbaarheid, z.name as naam, z.source as bron,
       lower(z.valid) as geldig_van, upper(z.valid) as geldig_tot, st_area(z.geom) as oppervlakte_m2,
       z.id || '-' || z.version as versie, z.geom as geometrie
from geo.zone z
join geo.zone_word e on e.about = 'effect' and e.code = z.effect
join geo.zone_word d on d.about = 'disclosure' and d.code = z.disclosure
where (upper(z.valid) is null or upper(z.valid) > (select geo.as_of()))
  and (lower(z.valid) is null or lower(z.valid) <= (select geo.as_of())
       or (select geo.as_of()) >= (select (now() at time zone 'Europe/Amsterdam')::date))
