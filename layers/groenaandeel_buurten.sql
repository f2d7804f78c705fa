-- The register's green and the map's on the same ground: pieces, so that what overlaps counts once. Without an edition of the map: nulls.
select c.code, c.name as naam, c.area_m2 as oppervlakte_m2, c.green_m2 as groen_register_m2, r.green_share * r.counted_m2 as groen_kaart_m2,
       c.green_m2 / nullif(c.area_m2, 0) as groen_register, r.green_share as groen_kaart,
       100 * (r.green_share - c.green_m2 / nullif(c.area_m2, 0)) as verschil, r.known_m2 / nullif(r.area_m2, 0) as bekend,
       r.day as kaart_van, c.estimated as geschat, d.geom as geometrie, d.geom_4326 as geometrie_4326, d.geom_3857 as geometrie_3857
from geo.coverage('buurt', (select geo.as_of())) c
join geo.district d on d.id = c.district_id
left join geo.district_raster r on r.layer = 'groenkaart' and r.level = 'buurt' and r.district_id = c.district_id
