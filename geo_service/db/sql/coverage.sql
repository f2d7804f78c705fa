-- Coverage on a day: sums of pieces. adopted = adoption ∩ managed green; what lies beside it is told apart (outside).

-- Per district of a level and green type: green, managed, adopted (all care, and full care), in m². A null id is: outside every district.
create or replace function geo.coverage_by_type(at_level text, at date)
returns table (district_id int, green_type text, green_m2 float8, managed_m2 float8, adopted_m2 float8, adopted_full_m2 float8, estimated boolean)
language sql stable set search_path = geo, public, pg_temp as $$
  with green as (
    select p.district_id, p.green_type, sum(p.area_m2) as green, sum(p.area_m2) filter (where p.managed) as managed,
           bool_or(p.known_from > at) as estimated
    from green_piece p where p.applies_from <= at and p.applies_to > at
    group by 1, 2
  ),
  kept as (
    select p.district_id, p.green_type, sum(k.area_m2) as adopted, sum(k.area_m2) filter (where a.care = 'full') as adopted_full
    from adoption a join adoption_piece k on k.adoption_id = a.id join green_piece p on p.id = k.green_piece_id
    where a.adopted and a.period @> at and p.applies_from <= at and p.applies_to > at
    group by 1, 2
  )
  select up.ancestor_id, g.green_type, sum(g.green), coalesce(sum(g.managed), 0), coalesce(sum(k.adopted), 0),
         coalesce(sum(k.adopted_full), 0), bool_or(g.estimated)
  from green g
  left join kept k on k.district_id is not distinct from g.district_id and k.green_type = g.green_type
  left join district_ancestor up on up.district_id = g.district_id and up.level = at_level
  group by 1, 2
$$;

-- Security definer: the published layers call it for readers who may see figures but no table.
-- Per district of a level; the row without a code is what lies outside every district (only when there is something).
create or replace function geo.coverage(at_level text, at date)
returns table (district_id int, code text, name text, area_m2 float8, green_m2 float8, managed_m2 float8, adopted_m2 float8,
               adopted_full_m2 float8, adopted_outside_m2 float8, plots bigint, initiatives bigint, estimated boolean)
language sql stable security definer set search_path = geo, public, pg_temp as $$
  with ground as (
    select up.ancestor_id as id, sum(d.area_m2) as area
    from district_piece d left join district_ancestor up on up.district_id = d.district_id and up.level = at_level
    group by 1
  ),
  green as (
    select c.district_id as id, sum(c.green_m2) as green, sum(c.managed_m2) as managed, sum(c.adopted_m2) as adopted,
           sum(c.adopted_full_m2) as adopted_full, bool_or(c.estimated) as estimated
    from coverage_by_type(at_level, at) c group by 1
  ),
  kept as (
    select up.ancestor_id as id, sum(k.area_m2) as area, count(distinct a.plot_id) as plots, count(distinct a.initiative_id) as initiatives
    from adoption a join adoption_district k on k.adoption_id = a.id
    left join district_ancestor up on up.district_id = k.district_id and up.level = at_level
    where a.adopted and a.period @> at
    group by 1
  ),
  row as (
    select d.id, d.code, d.name from current_district d where d.level = at_level
    union all
    select null, null, null
    where exists (select from ground g where g.id is null) or exists (select from green g where g.id is null)
       or exists (select from kept k where k.id is null)
  )
  select r.id, r.code, r.name, coalesce(o.area, 0), coalesce(g.green, 0), coalesce(g.managed, 0), coalesce(g.adopted, 0),
         coalesce(g.adopted_full, 0), greatest(coalesce(k.area, 0) - coalesce(g.adopted, 0), 0), coalesce(k.plots, 0),
         coalesce(k.initiatives, 0), coalesce(g.estimated, false)
  from row r
  left join ground o on o.id is not distinct from r.id
  left join green g on g.id is not distinct from r.id
  left join kept k on k.id is not distinct from r.id
  order by r.code nulls last
$$;
