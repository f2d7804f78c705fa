-- From today on the requests as they stand; of a past day what the history tells of its end.
select r.id::text as adoptie_id, p.code as plekcode, p.name as naam, i.name as initiatief,
       case r.state when 'draft' then 'gereserveerd' when 'submitted' then 'ingediend' when 'in_review' then 'in behandeling'
                    when 'site_visit' then 'bezoek gepland' when 'agreement_draft' then 'afspraken in de maak'
                    else 'wacht op handtekeningen' end as status,
       case r.care when 'full' then 'volledig' else 'gedeeltelijk' end as zorg,
       (r.created_at at time zone 'Europe/Amsterdam')::date as gevraagd_op, lower(r.period) as begint_op,
       case r.state when 'draft' then (r.reserved_until at time zone 'Europe/Amsterdam')::date end as gereserveerd_tot,
       (select geo.as_of()) - (r.created_at at time zone 'Europe/Amsterdam')::date as dagen,
       r.area_m2 as oppervlakte_m2, r.geom as geometrie, r.geom_4326 as geometrie_4326, r.geom_3857 as geometrie_3857
from (
  select a.id, a.plot_id, a.initiative_id, a.state, a.care, a.created_at, a.reserved_until, a.period, a.area_m2,
         a.geom, a.geom_4326, a.geom_3857
  from geo.adoption a
  where (select geo.as_of() >= (now() at time zone 'Europe/Amsterdam')::date)
  union all
  select past.id, past.plot_id, past.initiative_id, past.state, past.care, past.created_at, past.reserved_until, past.period,
         st_area(past.geom), past.geom::geometry(MultiPolygon, 28992), geo.to_lonlat(past.geom)::geometry(MultiPolygon, 4326),
         geo.to_mercator(past.geom)::geometry(MultiPolygon, 3857)
  from (
    select (e.after ->> 'id')::uuid as id, (e.after ->> 'plot_id')::int as plot_id, (e.after ->> 'initiative_id')::uuid as initiative_id,
           e.after ->> 'state' as state, e.after ->> 'care' as care, (e.after ->> 'created_at')::timestamptz as created_at,
           (e.after ->> 'reserved_until')::timestamptz as reserved_until, (e.after ->> 'period')::daterange as period,
           geo.polygons(st_setsrid(st_geomfromgeojson(e.after -> 'geom'), 28992)) as geom
    from (
      select distinct on (e.subject_id) e.after from geo.event e
      where e.subject = 'adoption' and e.at < ((select geo.as_of()) + 1)::timestamp at time zone 'Europe/Amsterdam'
      order by e.subject_id, e.at desc, e.id desc
    ) e
    where (select geo.as_of() < (now() at time zone 'Europe/Amsterdam')::date)
  ) past
) r
join geo.plot p on p.id = r.plot_id
join geo.initiative i on i.id = r.initiative_id
where r.state in ('submitted', 'in_review', 'site_visit', 'agreement_draft', 'awaiting_signatures')
   or r.state = 'draft' and (r.reserved_until at time zone 'Europe/Amsterdam')::date >= (select geo.as_of())
