-- Coverage on a day: sums of pieces. adopted = adoption ∩ managed green; what an adoption covers beside it is told apart (outside).
-- Pieces belong to the smallest districts, larger ones are their sums. District 0 within, and null in answers: outside every district.

-- Per district of a level and green type, in m².
create or replace function geo.coverage_by_type(at_level text, at date)
returns table (district_id int, green_type text, green_m2 float8, managed_m2 float8, adopted_m2 float8, adopted_full_m2 float8,
               adopted_partial_m2 float8, estimated boolean)
language sql stable set search_path = geo, public, pg_temp as $$
  with up as materialized (
    select district_id, ancestor_id from district_ancestor where level = at_level
  ),
  green as (
    select coalesce(up.ancestor_id, 0) as id, g.green_type, sum(g.area_m2) as green, sum(g.area_m2) filter (where g.managed) as managed,
           max(g.known_from) > at as estimated
    from green_sum g left join up using (district_id)
    where g.applies_from <= at and g.applies_to > at
    group by 1, 2
  ),
  adopted as (
    select coalesce(up.ancestor_id, 0) as id, k.green_type, sum(k.area_m2) as adopted,
           sum(k.area_m2) filter (where a.care = 'full') as in_full, sum(k.area_m2) filter (where a.care = 'partial') as in_part
    from adoption a join adoption_piece k on k.adoption_id = a.id left join up using (district_id)
    where a.adopted and a.period @> at and k.applies_from <= at and k.applies_to > at
    group by 1, 2
  )
  select nullif(g.id, 0), g.green_type, g.green, coalesce(g.managed, 0), coalesce(a.adopted, 0), coalesce(a.in_full, 0),
         coalesce(a.in_part, 0), g.estimated
  from green g left join adopted a on a.id = g.id and a.green_type = g.green_type
$$;

-- Per district of a level, in m²; the row without a code (last) is there when something lies outside every district.
-- A plot or initiative counts in every district that it touches.
-- Security definer: the published layers call it for readers who may see figures but no table.
create or replace function geo.coverage(at_level text, at date)
returns table (district_id int, code text, name text, area_m2 float8, green_m2 float8, managed_m2 float8, adopted_m2 float8,
               adopted_full_m2 float8, adopted_partial_m2 float8, adopted_outside_m2 float8, plots bigint, initiatives bigint,
               estimated boolean)
language sql stable security definer set search_path = geo, public, pg_temp as $$
  with up as materialized (
    select district_id, ancestor_id from district_ancestor where level = at_level
  ),
  land as (
    select coalesce(up.ancestor_id, 0) as id, sum(d.area_m2) as area from district_piece d left join up using (district_id) group by 1
  ),
  green as (
    select coalesce(up.ancestor_id, 0) as id, sum(g.area_m2) as green, sum(g.area_m2) filter (where g.managed) as managed,
           max(g.known_from) > at as estimated
    from green_sum g left join up using (district_id)
    where g.applies_from <= at and g.applies_to > at
    group by 1
  ),
  kept as (
    select coalesce(up.ancestor_id, 0) as id, sum(k.adopted_m2) as adopted, sum(k.adopted_m2) filter (where a.care = 'full') as in_full,
           sum(k.adopted_m2) filter (where a.care = 'partial') as in_part, sum(k.outside_m2) as outside,
           count(distinct a.plot_id) as plots, count(distinct a.initiative_id) as initiatives
    from adoption a join adoption_district k on k.adoption_id = a.id left join up using (district_id)
    where a.adopted and a.period @> at and k.applies_from <= at and k.applies_to > at
    group by 1
  ),
  district as (
    select id, code, name from current_district where level = at_level
    union all
    select 0, null, null where exists (
      select from land where id = 0 union all select from green where id = 0 union all select from kept where id = 0)
  )
  select nullif(d.id, 0), d.code, d.name, coalesce(o.area, 0), coalesce(g.green, 0), coalesce(g.managed, 0), coalesce(k.adopted, 0),
         coalesce(k.in_full, 0), coalesce(k.in_part, 0), coalesce(k.outside, 0), coalesce(k.plots, 0), coalesce(k.initiatives, 0),
         coalesce(g.estimated, false)
  from district d left join land o using (id) left join green g using (id) left join kept k using (id)
  order by d.code nulls last
$$;
