select g.register_id as lokaal_id,
       case
         when g.plus_type in ('heesters', 'struiken') or g.appearance in ('struiken', 'houtwal') then 'heesters'
         when g.plus_type = 'bosplantsoen' or g.appearance in ('loofbos', 'gemengd bos', 'naaldbos') then 'bos'
         when g.plus_type = 'bodembedekkers' then 'bodembedekkers'
         when g.plus_type in ('planten', 'struikrozen') then 'planten'
         when g.plus_type = 'volkstuin' then 'volkstuin'
         when g.appearance in ('rietland', 'moeras', 'kwelder') then 'riet'
         when g.appearance in ('bouwland', 'fruitteelt', 'boomteelt') then 'akker'
         when g.category = 'recreation' then 'speelplek'
         when g.appearance in ('grasland overig', 'grasland agrarisch', 'heide', 'duin') then 'ruw gras'
         else 'gras'
       end as soort,
       null::text as naam, g.area_m2 as oppervlakte_m2, g.geom as geometrie, g.geom_3857 as geometrie_3857
from geo.green_object g
where g.applies @> (select geo.as_of())
union all
select o.register_id,
       case
         when o.family = 'building' or o.appearance = 'pand' then 'gebouw'
         when o.family = 'water' then 'water'
         when o.family = 'railway' or o.appearance = 'spoorbaan' then 'spoor'
         when o.appearance = 'fietspad' then 'fietspad'
         when o.appearance like 'voetpad%' then 'voetpad'
         when o.appearance = 'ov-baan' then 'busbaan'
         when o.appearance like 'parkeer%' then 'parkeren'
         when o.appearance in ('rijbaan autosnelweg', 'rijbaan autoweg', 'rijbaan regionale weg') then 'hoofdweg'
         when o.appearance = 'erf' or o.family = 'housing' then 'erf'
         when o.family = 'road' then 'straat'
         when o.family = 'farm' or o.appearance in ('bouwland', 'fruitteelt', 'boomteelt', 'grasland agrarisch') then 'akker'
         else 'overig'
       end,
       o.name, o.area_m2, o.geom, o.geom_3857
from geo.ground o
