select c.code, c.name as naam, c.area_m2 as oppervlakte_m2, c.green_m2 as groen_m2, c.managed_m2 as beheerd_m2,
       c.adopted_m2 as geadopteerd_m2, c.adopted_full_m2 as geadopteerd_volledig_m2,
       c.adopted_partial_m2 as geadopteerd_gedeeltelijk_m2, c.adopted_outside_m2 as geadopteerd_buiten_m2,
       c.adopted_m2 / nullif(c.managed_m2, 0) as dekking, c.plots as plekken, c.initiatives as initiatieven, c.estimated as geschat,
       d.geom as geometrie, d.geom_4326 as geometrie_4326, d.geom_3857 as geometrie_3857
from geo.coverage('buurt', (select geo.as_of())) c
join geo.district d on d.id = c.district_id
