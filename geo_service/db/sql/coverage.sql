-- Coverage on a day: sums of pieces. adopted = adoption ∩ managed green; what an adoption covers beside it is told apart (outside).
-- A null district is: outside every district. Pieces belong to the smallest districts, larger ones are their sums.

-- Per district of a level and green type, in m².
create or replace function geo.coverage_by_type(at_level text, at date)
returns table (district_id int, green_type text, green_m2 float8, managed_m2 float8, adopted_m2 float8, adopted_full_m2 float8,
               adopted_partial_m2 float8, estimated boolean)
language sql stable set search_path = geo, public, pg_temp as $$
  with green as materialized (
    select district_id, green_type, sum(area_m2) as green, sum(area_m2) filter (where managed) as managed, max(known_from) > at as estimated
    from green_piece where applies_from <= at and applies_to > at
    group by 1, 2
  ),
  adopted as materialized (
    select k.district_id, k.green_type, sum(k.area_m2) as adopted, sum(k.area_m2) filter (where a.care = 'full') as in_full,
           sum(k.area_m2) filter (where a.care = 'partial') as in_part
    from adoption a join adoption_piece k on k.adoption_id = a.id
    where a.adopted and a.period @> at and k.applies_from <= at and k.applies_to > at
    group by 1, 2
  )
  select up.ancestor_id, g.green_type, sum(g.green), coalesce(sum(g.managed), 0), coalesce(sum(a.adopted), 0), coalesce(sum(a.in_full), 0),
         coalesce(sum(a.in_part), 0), bool_or(g.estimated)
  from green g
  left join adopted a on a.district_id is not distinct from g.district_id and a.green_type = g.green_type
  left join district_ancestor up on up.district_id = g.district_id and up.level = at_level
  group by 1, 2
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
  ground as (
    select up.ancestor_id as id, sum(d.area_m2) as area from district_piece d left join up using (district_id) group by 1
  ),
  green as (
    select up.ancestor_id as id, sum(g.green) as green, sum(g.managed) as managed, max(g.known_from) > at as estimated
    from (
      select district_id, sum(area_m2) as green, sum(area_m2) filter (where managed) as managed, max(known_from) as known_from
      from green_piece where applies_from <= at and applies_to > at
      group by 1
    ) g left join up using (district_id)
    group by 1
  ),
  keeper as materialized (
    select id, care, plot_id, initiative_id from adoption where adopted and period @> at
  ),
  adopted as (
    select up.ancestor_id as id, sum(k.area_m2) as adopted, sum(k.area_m2) filter (where a.care = 'full') as in_full,
           sum(k.area_m2) filter (where a.care = 'partial') as in_part
    from keeper a join adoption_piece k on k.adoption_id = a.id left join up using (district_id)
    where k.applies_from <= at and k.applies_to > at
    group by 1
  ),
  kept as (
    select up.ancestor_id as id, sum(k.outside_m2) as outside, count(distinct a.plot_id) as plots,
           count(distinct a.initiative_id) as initiatives
    from keeper a join adoption_district k on k.adoption_id = a.id left join up using (district_id)
    where k.applies_from <= at and k.applies_to > at
    group by 1
  ),
  district as (
    select id, code, name from current_district where level = at_level
    union all
    select null, null, null where exists (
      select from ground where id is null union all select from green where id is null union all select from kept where id is null)
  )
  select d.id, d.code, d.name, coalesce(o.area, 0), coalesce(g.green, 0), coalesce(g.managed, 0), coalesce(a.adopted, 0),
         coalesce(a.in_full, 0), coalesce(a.in_part, 0), coalesce(k.outside, 0), coalesce(k.plots, 0), coalesce(k.initiatives, 0),
         coalesce(g.estimated, false)
  from district d
  left join ground o on o.id is not distinct from d.id
  left join green g on g.id is not distinct from d.id
  left join adopted a on a.id is not distinct from d.id
  left join kept k on k.id is not distinct from d.id
  order by d.code nulls last
$$;
