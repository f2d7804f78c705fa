-- One row per plot. Kept on the day; and, from today on, what is asked for or reserved on plots that nobody keeps yet:
-- the furthest request of the plot. The words are those of adoptions/states.py (a test compares them).
select p.code as plekcode, p.name as naam, 'geadopteerd' as status,
       case a.care when 'full' then 'volledig' else 'gedeeltelijk' end as zorg,
       (with recursive chain as (
          select a.follows_id, a.period
          union all
          select f.follows_id, f.period from chain join geo.adoption f on f.id = chain.follows_id
        )
        select extract(year from min(lower(chain.period)))::int from chain) as sinds_jaar,
       a.area_m2 as oppervlakte_m2, a.geom as geometrie, a.geom_4326 as geometrie_4326, a.geom_3857 as geometrie_3857
from geo.adoption a
join geo.plot p on p.id = a.plot_id
where a.adopted and a.period @> (select geo.as_of())
union all
select p.code, p.name, case a.state when 'draft' then 'gereserveerd' else 'aangevraagd' end,
       case a.care when 'full' then 'volledig' else 'gedeeltelijk' end, null::int, a.area_m2, a.geom, a.geom_4326, a.geom_3857
from geo.adoption a
join geo.plot p on p.id = a.plot_id
where (select geo.as_of() >= (now() at time zone 'Europe/Amsterdam')::date)
  and a.state not in ('ended', 'refused', 'withdrawn')
  and (a.state <> 'draft' or (a.reserved_until at time zone 'Europe/Amsterdam')::date >= (select geo.as_of()))
  and (not a.adopted or lower(a.period) > (select geo.as_of()))
  and not exists (
    select from geo.adoption b
    where b.plot_id = a.plot_id and b.id <> a.id and b.state not in ('ended', 'refused', 'withdrawn')
      and (b.state <> 'draft' or (b.reserved_until at time zone 'Europe/Amsterdam')::date >= (select geo.as_of()))
      and (b.adopted and b.period @> (select geo.as_of())
           or (not b.adopted or lower(b.period) > (select geo.as_of()))
              and (not b.granted, b.state = 'draft', b.id) < (not a.granted, a.state = 'draft', a.id)))
