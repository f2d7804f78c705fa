select g.register_id as lokaal_id, case g.category when 'green' then 'groen' else 'recreatie' end as categorie,
       g.green_type as soort_groen, g.appearance as fysiek_voorkomen, g.plus_type as plus_fysiek_voorkomen, g.bronhouder,
       g.quality_target as kwaliteit, g.constructed as aanlegjaar, g.replacement as vervangingsjaar,
       lower(g.valid) as geldig_van, upper(g.valid) as geldig_tot, lower(g.valid) > (select geo.as_of()) as geschat,
       g.area_m2 as oppervlakte_m2, g.geom as geometrie, g.geom_4326 as geometrie_4326, g.geom_3857 as geometrie_3857
from geo.green_object g
where g.applies @> (select geo.as_of())
