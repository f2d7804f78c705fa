-- Where an adoption belongs: the smallest district that holds most of it, and all districts above that one.
create or replace view geo.adoption_lies_in as
  select home.adoption_id, d.code, d.level
  from (
    select distinct on (adoption_id) adoption_id, district_id from geo.adoption_district order by adoption_id, area_m2 desc, id
  ) home
  join geo.district_ancestor up on up.district_id = home.district_id
  join geo.district d on d.id = up.ancestor_id;

-- The first day on which an initiative kept this ground: what remains after a hand-back goes on with what it followed.
create or replace function geo.kept_since(adoption_id uuid) returns date
language sql stable parallel safe set search_path = geo, public, pg_temp as $$
  with recursive life as (
    select a.follows_id, a.period from adoption a where a.id = adoption_id
    union all
    select a.follows_id, a.period from life join adoption a on a.id = life.follows_id
  )
  select min(lower(period)) from life where not isempty(period)
$$;
