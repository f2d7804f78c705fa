-- Ground is split once, when it is written; every figure is then a sum of pieces.

-- Derived pieces change under one lock: an adoption that is written meanwhile waits, and then sees the new pieces.
create or replace function geo.lock_pieces(alone boolean) returns void language plpgsql volatile as $$
begin
  if alone then
    perform pg_advisory_xact_lock(20252, 0);
  else
    perform pg_advisory_xact_lock_shared(20252, 0);
  end if;
end $$;

-- Whether a geometry is ground that counts: what an overlay leaves below a square millimetre is rounding.
create or replace function geo.is_ground(geom geometry) returns boolean language sql immutable parallel safe as $$
  select st_area(geom) > 1e-6
$$;

-- Whether a geometry is somewhere as wide as this many metres: what is narrower everywhere is a border that was measured again.
create or replace function geo.is_wide(geom geometry, metres float) returns boolean language sql immutable parallel safe as $$
  select not st_isempty(st_buffer(geom, 0.001 - metres / 2, 'join=mitre'))
$$;

-- Overlays of ground. All are noded on one grid of 0.1 µm: on unrounded coordinates an overlay of what an earlier one left can go
-- silently wrong (GEOS 3.11 and 3.14), and the grid keeps figures far below 1 cm².
create or replace function geo.shared_ground(a geometry, b geometry) returns geometry language sql immutable parallel safe as $$
  select st_multi(st_collectionextract(st_intersection(a, b, 1e-7), 3))
$$;
create or replace function geo.other_ground(a geometry, b geometry) returns geometry language sql immutable parallel safe as $$
  select st_multi(st_collectionextract(st_difference(a, b, 1e-7), 3))
$$;

create or replace function geo.level_rank(level text) returns int language sql immutable parallel safe as $$
  select array_position(array['buurt', 'wijk', 'stadsdeel', 'gemeente'], level)
$$;

-- The districts that all figures start from: the smallest level that is there.
create or replace view geo.smallest_district as
  select d.* from geo.current_district d
  where d.level = (select level from geo.current_district order by geo.level_rank(level) limit 1);

-- The ground of each smallest district without what a lower code holds already (taken), and one row without a district: the ground
-- of larger districts outside every smallest one. A piece that stays the same keeps its id, and with it what was measured on it.
create or replace function geo.made_district_pieces() returns table (district_id int, geom geometry, taken_m2 float8)
language sql stable set search_path = geo, public, pg_temp as $$
  select d.id, other_ground(d.geom, first.geom), st_area(shared_ground(d.geom, first.geom))
  from smallest_district d
  cross join lateral (
    select coalesce(st_union(o.geom, 1e-7), 'SRID=28992;POLYGON EMPTY') as geom from smallest_district o
    where o.code < d.code and o.geom && d.geom and st_relate(o.geom, d.geom, 'T********')
  ) first
  union all
  select null, rest.geom, 0
  from (
    select other_ground((select st_union(geom, 1e-7) from current_district), (select st_union(geom, 1e-7) from smallest_district)) as geom
  ) rest
  where is_ground(rest.geom)
$$;

-- Then the ancestors: by parent, or where no parent is known by CBS code.
create or replace function geo.rebuild_district_pieces() returns void
language plpgsql volatile security definer set search_path = geo, public, pg_temp as $$
declare
  ids int[];
  geoms geometry[];
  taken float8[];
begin
  perform lock_pieces(alone => true);
  select array_agg(m.district_id), array_agg(m.geom), array_agg(m.taken_m2) into ids, geoms, taken from made_district_pieces() m;
  delete from district_piece p where not exists (
    select from unnest(ids, geoms, taken) as m (id, geom, taken)
    where m.id is not distinct from p.district_id and m.taken = p.taken_m2 and st_orderingequals(m.geom, p.geom));
  insert into district_piece (district_id, geom, taken_m2)
  select m.id, m.geom, m.taken from unnest(ids, geoms, taken) as m (id, geom, taken)
  where not exists (select from district_piece p where p.district_id is not distinct from m.id);
  delete from district_ancestor;

  insert into district_ancestor (district_id, level, ancestor_id)
  with recursive up as (
    select id as district_id, id as ancestor_id, code, parent, level, false as by_code, 0 as steps from smallest_district
    union all
    select up.district_id, p.id, p.code, p.parent, p.level, up.by_code or p.code is distinct from up.parent, up.steps + 1
    from up join current_district p
      on p.code in (up.parent, 'WK' || substr(up.code, 3, 6), 'GM' || substr(up.code, 3, 4)) and level_rank(p.level) > level_rank(up.level)
  )
  select distinct on (district_id, level) district_id, level, ancestor_id
  from up order by district_id, level, by_code, steps, ancestor_id;

  analyze district_piece;
end $$;

-- Ground over the smallest districts; a null geom is: all of it, a null district: outside every one.
-- Written to be inlined (no settings of its own), so that a district is prepared once for many pieces of ground.
create or replace function geo.by_district(ground geometry) returns table (district_id int, geom geometry)
language sql stable as $$
  with touching as materialized (
    select d.district_id, whole, case when not whole then geo.shared_ground(ground, d.geom) end as geom
    from geo.district_piece d, lateral (select st_contains(d.geom, ground) as whole offset 0) w
    where d.district_id is not null and d.geom && ground and st_intersects(d.geom, ground)
  )
  select t.district_id, t.geom from touching t
  where t.whole or (geo.is_ground(t.geom) and not exists (select from touching where whole))
  union all
  select null, rest.geom
  from (
    select case when count(t.geom) > 0 then geo.other_ground(ground, st_union(t.geom, 1e-7)) end as geom, bool_or(t.whole) as whole
    from touching t
  ) rest
  where rest.whole is not true and (rest.geom is null or geo.is_ground(rest.geom))
$$;

-- Green objects in parts that the municipality manages or not, with the days for which that holds; a null part is the whole object.
-- Ground counts once: where objects overlap on a day, the lowest register id holds it and the others are contested.
create or replace function geo.green_parts(ids int[])
returns table (green_object_id int, managed boolean, contested boolean, from_day date, to_day date, part geometry)
language sql stable set search_path = geo, public, pg_temp as $$
  -- each object carries its managers and holders in arrays: joining them later by id costs the square of the register
  with object as materialized (
    select g.id, g.geom, coalesce(lower(g.applies), '-infinity') as from_day, coalesce(upper(g.applies), 'infinity') as to_day,
           manager.periods, manager.wholes, manager.geoms, holder.periods as held_periods, holder.geoms as held_geoms,
           case when not exists (select from management) then
             coalesce(s.value -> 'bronhouders' ? g.bronhouder, false) and not coalesce(s.value -> 'not_appearances' ? g.appearance, false)
           end as assumed
    from green_object g left join setting s on s.key = 'managed'
    cross join lateral (
      select array_agg(m.valid) as periods, array_agg(w.whole) as wholes,
             array_agg(case when not w.whole then shared_ground(g.geom, m.geom) end) as geoms
      from management m, lateral (select st_contains(m.geom, g.geom) as whole offset 0) w
      where m.municipal and m.geom && g.geom and m.valid && g.applies and st_intersects(m.geom, g.geom)
        and (w.whole or st_relate(m.geom, g.geom, 'T********'))
    ) manager
    cross join lateral (
      select array_agg(f.applies) as periods, array_agg(f.geom) as geoms from green_object f
      where f.geom && g.geom and f.applies && g.applies and (f.register_id, f.id) < (g.register_id, g.id)
        and st_intersects(g.geom, f.geom) and st_relate(f.geom, g.geom, 'T********')  -- the first is prepared, the second is not
    ) holder
    where g.id = any (ids)
  ),
  span as (
    select o.id, o.geom, o.assumed, o.periods, o.wholes, o.geoms, o.held_periods, o.held_geoms, s.from_day, s.to_day
    from object o
    cross join lateral (
      select day as from_day, lead(day) over (order by day) as to_day
      from (
        select o.from_day as day union select o.to_day
        union
        select change.day from unnest(o.periods || o.held_periods) p, unnest(array[lower(p), upper(p)]) as change (day)
        where change.day > o.from_day and change.day < o.to_day
      ) days
    ) s
    where s.to_day is not null
  ),
  ground as (
    select s.id, s.from_day, s.to_day, s.geom as whole, h.geom as held,
           case when h.geom is not null then other_ground(s.geom, h.geom) end as part,
           coalesce(s.assumed, m.whole, false) as managed, m.geom as managed_geom
    from span s
    cross join lateral (
      select st_union(h.geom, 1e-7) as geom from unnest(s.held_periods, s.held_geoms) as h (period, geom)
      where h.period @> daterange(s.from_day, s.to_day)
    ) h
    cross join lateral (
      select bool_or(m.whole) as whole, st_union(m.geom, 1e-7) as geom from unnest(s.periods, s.wholes, s.geoms) as m (period, whole, geom)
      where m.period @> daterange(s.from_day, s.to_day)
    ) m
  )
  select id, true, held is not null, from_day, to_day,
         case when managed then part else shared_ground(coalesce(part, whole), managed_geom) end
  from ground where managed or managed_geom is not null
  union all
  select id, false, held is not null, from_day, to_day,
         case when managed_geom is null then part else other_ground(coalesce(part, whole), managed_geom) end
  from ground where not managed
$$;

-- Splits green objects (all of them when ids is null) over management and districts, with what overlaps them, and then the adoptions there.
create or replace function geo.split_green(ids int[] default null) returns void
language plpgsql volatile security definer set search_path = geo, public, pg_temp as $$
declare
  touched int[];
  keepers uuid[];
begin
  perform lock_pieces(alone => true);
  if ids is null then
    touched := array(select id from green_object);
    keepers := array(select id from adoption);
    delete from green_piece;
  else
    touched := array(
      select unnest(ids)
      union select b.id from green_object a join green_object b on a.geom && b.geom where a.id = any (ids)
      union select green_object_id from green_piece where contested);
    keepers := array(
      select k.adoption_id from green_piece p join adoption_piece k on k.green_piece_id = p.id where p.green_object_id = any (touched)
      union select a.id from green_object g join adoption a on a.geom && g.geom where g.id = any (touched));
    delete from green_piece where green_object_id = any (touched);
  end if;

  insert into green_piece (green_object_id, district_id, managed, contested, green_type, applies_from, applies_to, known_from, area_m2, geom)
  with home as materialized (  -- most objects lie in one district: found per district, which is prepared once
    select g.id, d.district_id from district_piece d join green_object g on d.geom ~ g.geom and st_contains(d.geom, g.geom)
    where d.district_id is not null and g.id = any (touched)
  )
  select g.id, d.district_id, p.managed, p.contested, g.green_type, p.from_day, p.to_day, coalesce(lower(g.valid), '-infinity'),
         coalesce(st_area(piece.geom), g.area_m2), piece.geom
  from green_parts(touched) p
  join green_object g on g.id = p.green_object_id
  left join home h on h.id = g.id
  cross join lateral (
    select h.district_id, null::geometry as geom where h.id is not null
    union all
    select b.district_id, b.geom from by_district(coalesce(p.part, g.geom)) b where h.id is null
  ) d
  cross join lateral (select coalesce(d.geom, p.part) as geom) piece
  where p.part is null or is_ground(p.part);
  if ids is null then
    analyze green_piece;
  end if;

  perform split_adoptions(keepers);
end $$;

-- Green that is deleted takes its pieces along: what overlapped it gets its ground, and the adoptions on it are split again.
create or replace function geo.green_gone() returns trigger
language plpgsql security definer set search_path = geo, public, pg_temp as $$
begin
  perform split_green(array(select distinct g.id from gone join green_object g on g.geom && gone.geom));
  perform split_adoptions(array(select distinct a.id from gone join adoption a on a.geom && gone.geom));
  return null;
end $$;
create or replace trigger green_object_2_gone after delete on geo.green_object
  referencing old table as gone for each statement execute function geo.green_gone();

-- Whoever changes pieces (also by a cascade), the sums of their districts follow.
create or replace function geo.green_changed() returns trigger
language plpgsql security definer set search_path = geo, public, pg_temp as $$
declare touched constant int[] := array(select distinct coalesce(district_id, 0) from changed);
begin
  delete from green_sum where district_id = any (touched) or (district_id is null and 0 = any (touched));
  insert into green_sum (district_id, green_type, managed, applies_from, applies_to, known_from, area_m2)
  select district_id, green_type, managed, applies_from, applies_to, max(known_from), sum(area_m2)
  from green_piece where district_id = any (touched) or (district_id is null and 0 = any (touched))
  group by 1, 2, 3, 4, 5;
  return null;
end $$;
create or replace trigger green_piece_1_sums_insert after insert on geo.green_piece
  referencing new table as changed for each statement execute function geo.green_changed();
create or replace trigger green_piece_1_sums_delete after delete on geo.green_piece
  referencing old table as changed for each statement execute function geo.green_changed();

-- Splits adoptions (all of them when ids is null) over the managed green that they cover, and over districts with what lies beside
-- that green; the latter for each span of days, because green objects change under an adoption.
-- Planned once per connection: planning costs more than splitting one adoption.
create or replace function geo.split_adoptions(ids uuid[] default null) returns void
language plpgsql volatile security definer set search_path = geo, public, pg_temp set plan_cache_mode = force_generic_plan as $$
declare wanted constant uuid[] := coalesce(ids, array(select id from adoption));
begin
  if cardinality(wanted) = 0 then
    return;
  end if;
  perform lock_pieces(alone => false);
  delete from adoption_piece where adoption_id = any (wanted);
  delete from adoption_district where adoption_id = any (wanted);

  insert into adoption_piece (adoption_id, green_piece_id, district_id, green_type, applies_from, applies_to, area_m2)
  with covered as materialized (
    select a.id, p.id as piece_id, p.district_id, p.green_type, p.applies_from, p.applies_to,
           least(st_area(shared_ground(a.geom, coalesce(p.geom, g.geom))), p.area_m2) as area
    from adoption a
    join green_object g on g.geom && a.geom and st_intersects(a.geom, g.geom)
    join green_piece p on p.green_object_id = g.id and p.managed
    where a.id = any (wanted)
  )
  select * from covered where area > 1e-6;

  insert into adoption_district (adoption_id, district_id, applies_from, applies_to, area_m2, adopted_m2, outside_m2)
  with place as materialized (
    select a.id, d.district_id, coalesce(d.geom, a.geom) as geom from adoption a cross join lateral by_district(a.geom) d where a.id = any (wanted)
  ),
  day as (
    select id, day from place, unnest(array['-infinity', 'infinity']::date[]) as always (day)
    union
    select k.adoption_id, change.day from adoption_piece k, unnest(array[k.applies_from, k.applies_to]) as change (day)
    where k.adoption_id = any (wanted)
  ),
  span as (
    select id, day as from_day, lead(day) over (partition by id order by day) as to_day from day
  )
  select p.id, p.district_id, s.from_day, s.to_day, st_area(p.geom), coalesce(green.adopted, 0),
         coalesce(st_area(other_ground(p.geom, green.geom)), st_area(p.geom))
  from place p join span s using (id)
  cross join lateral (
    select sum(k.area_m2) as adopted, st_union(coalesce(gp.geom, g.geom), 1e-7) as geom
    from adoption_piece k join green_piece gp on gp.id = k.green_piece_id join green_object g on g.id = gp.green_object_id
    where k.adoption_id = p.id and k.district_id is not distinct from p.district_id
      and k.applies_from <= s.from_day and k.applies_to >= s.to_day
  ) green
  where s.to_day is not null;
end $$;

-- After a change of districts or management everything is split again.
create or replace function geo.rebuild_pieces() returns void
language plpgsql volatile security definer set search_path = geo, public, pg_temp as $$
begin
  perform rebuild_district_pieces();
  perform split_green();
end $$;

create or replace function geo.adoption_written() returns trigger
language plpgsql security definer set search_path = geo, public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    perform split_adoptions(array(select id from after_rows));
  else
    perform split_adoptions(array(select n.id from after_rows n join before_rows b using (id) where n.geom is distinct from b.geom));
  end if;
  return null;
end $$;
create or replace trigger adoption_2_pieces_insert after insert on geo.adoption
  referencing new table as after_rows for each statement execute function geo.adoption_written();
create or replace trigger adoption_2_pieces_update after update on geo.adoption
  referencing old table as before_rows new table as after_rows for each statement execute function geo.adoption_written();
alter table geo.adoption enable always trigger adoption_2_pieces_insert, enable always trigger adoption_2_pieces_update;
