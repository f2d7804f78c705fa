-- Managed green without what is taken and what public zones forbid (db/sql/availability.sql).
select f.register_id as lokaal_id, case f.category when 'green' then 'groen' else 'recreatie' end as categorie,
       f.green_type as soort_groen, case when f.consent is null then 'vrij' else 'toestemming nodig' end as status,
       f.consent as toestemming, f.whole as heel_object,
       case when (select exists (select from geo.management)) then 'register' else 'aanname' end as beheer_volgens,
       f.area_m2 as oppervlakte_m2, f.geom as geometrie, f.geom_4326 as geometrie_4326, f.geom_3857 as geometrie_3857, f.around as omhullende
from geo.free_green f
