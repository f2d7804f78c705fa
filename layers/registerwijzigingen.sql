select l.id::text as wijziging_id, l.day as datum,
       case l.kind when 'split' then 'gesplitst' when 'merged' then 'samengevoegd' when 'redivided' then 'herverdeeld'
                   when 'moved' then 'verlegd' when 'changed' then 'andere kenmerken' when 'replaced' then 'ander nummer'
                   when 'vanished' then 'vervallen' else 'nieuw' end as soort,
       l.before_id as oud_lokaal_id, l.after_id as nieuw_lokaal_id, array_to_string(l.what, ', ') as kenmerken,
       l.before_m2 as oud_m2, l.after_m2 as nieuw_m2, l.shared_m2 as gedeeld_m2,
       coalesce(touched.plots, 0) as plekken, touched.codes as plekcodes, touched.before_m2 as plekken_oud_m2,
       touched.after_m2 as plekken_nieuw_m2, l.area_m2 as oppervlakte_m2, l.geom as geometrie, l.geom_3857 as geometrie_3857
from geo.lineage l
left join lateral (
  select count(distinct p.code) as plots, string_agg(distinct p.code, ', ' order by p.code) as codes,
         sum(t.before_m2) as before_m2, sum(t.after_m2) as after_m2
  from geo.lineage_adoption t join geo.adoption a on a.id = t.adoption_id join geo.plot p on p.id = a.plot_id
  where t.lineage_id = l.id
) touched on true
where l.day <= (select geo.as_of()) and l.day > (select geo.as_of()) - 366
