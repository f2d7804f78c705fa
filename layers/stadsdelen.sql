select d.code, d.name as naam, d.parent as valt_onder, d.year as jaar, d.population as inwoners, d.homes as woningen,
       d.area_m2 as oppervlakte_m2, d.geom as geometrie, d.geom_4326 as geometrie_4326, d.geom_3857 as geometrie_3857
from geo.current_district d
where d.level = 'stadsdeel'
