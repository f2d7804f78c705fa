-- Ground is split once, when it is written; every figure is then a sum of pieces.

-- The ground of each smallest district without what a lower code holds already, and its ancestors per level.
create or replace function geo.rebuild_district_pieces() returns void
language plpgsql volatile security definer set search_path = geo, public, pg_temp as $$
begin
  delete from district_piece;
  delete from district_ancestor;
  create temporary table smallest on commit drop as
    select d.* from current_district d
    where d.level = (select level from current_district
                     order by array_position(array['buurt', 'wijk', 'stadsdeel', 'gemeente'], level) limit 1);
  insert into district_piece (district_id, geom, taken_m2)
  select d.id, polygons(rest.geom), greatest(st_area(d.geom) - st_area(rest.geom), 0)
  from smallest d
  cross join lateral (
    select coalesce(st_difference(d.geom, (
      select st_union(o.geom) from smallest o where o.code < d.code and o.geom && d.geom and st_relate(o.geom, d.geom, 'T********')
    )), d.geom) as geom
  ) rest
  where not st_isempty(rest.geom);
  insert into district_ancestor (district_id, level, ancestor_id)
  with recursive up as (
    select d.id as district_id, d.level, d.id as ancestor_id, d.parent from smallest d
    union
    select up.district_id, p.level, p.id, p.parent from up join current_district p on p.code = up.parent
  )
  select district_id, level, ancestor_id from up;
  drop table smallest;
  analyze district_piece;
end $$;

-- For each object the parts that the municipality manages and those that it does not, with the days for which that holds.
-- part_geom is null where the part is the whole object.
create or replace function geo.managed_parts(ids int[])
returns table (green_object_id int, managed boolean, period daterange, part_geom geometry)
language plpgsql volatile set search_path = geo, public, pg_temp as $$
declare
  has_register constant boolean := exists (select from management);
  assumed constant jsonb := coalesce((select value from setting where key = 'managed'), '{}');
begin
  if not has_register then
    return query
      select g.id,
             coalesce(assumed -> 'bronhouders' ? g.bronhouder, false) and not coalesce(assumed -> 'not_appearances' ? g.appearance, false),
             g.applies, null::geometry
      from green_object g where g.id = any (ids);
    return;
  end if;
  return query
  with touching as materialized (
    select g.id, m.id as management_id, m.valid, st_contains(m.geom, g.geom) as whole
    from management m join green_object g on m.geom && g.geom and m.valid && g.applies and st_intersects(m.geom, g.geom)
    where m.municipal and g.id = any (ids)
  ),
  managed_whole as materialized (
    select distinct t.id from touching t join green_object g on g.id = t.id where t.whole and t.valid @> g.applies
  ),
  mixed as materialized (
    select g.id, g.geom, g.applies from green_object g
    where g.id in (select t.id from touching t) and g.id not in (select w.id from managed_whole w)
  ),
  spans as (
    select m.id, daterange(s.day, s.next_day) as span
    from mixed m
    cross join lateral (
      select b.day, lead(b.day) over (order by b.day) as next_day
      from (
        select coalesce(lower(m.applies), '-infinity'::date) as day
        union select coalesce(upper(m.applies), 'infinity'::date)
        union select c.day from (
          select lower(t.valid) as day from touching t where t.id = m.id
          union select upper(t.valid) from touching t where t.id = m.id
        ) c where c.day > coalesce(lower(m.applies), '-infinity'::date) and c.day < coalesce(upper(m.applies), 'infinity'::date)
      ) b
    ) s
    where s.next_day is not null
  ),
  kept as (
    select s.id, s.span, (
      select st_union(r.geom) from touching t join management r on r.id = t.management_id where t.id = s.id and t.valid @> s.span
    ) as geom
    from spans s
  )
  select w.id, true, g.applies, null::geometry from managed_whole w join green_object g on g.id = w.id
  union all
  select g.id, false, g.applies, null::geometry from green_object g
    where g.id = any (ids) and g.id not in (select t.id from touching t)
  union all
  select m.id, true, k.span, polygons(st_intersection(m.geom, k.geom)) from kept k join mixed m on m.id = k.id where k.geom is not null
  union all
  select m.id, false, k.span, polygons(st_difference(m.geom, coalesce(k.geom, 'SRID=28992;POLYGON EMPTY'::geometry)))
    from kept k join mixed m on m.id = k.id;
end $$;

-- Splits green objects (all of them when ids is null) over managers and smallest districts.
create or replace function geo.split_green(ids int[] default null) returns void
language plpgsql volatile security definer set search_path = geo, public, pg_temp as $$
declare wanted int[] := coalesce(ids, (select array_agg(id) from green_object));
begin
  delete from green_piece where ids is null or green_object_id = any (ids);
  insert into green_piece (green_object_id, district_id, managed, green_type, applies_from, applies_to, known_from, area_m2, geom)
  with part as materialized (
    select m.green_object_id, m.managed, m.period, m.part_geom, coalesce(m.part_geom, g.geom) as geom, g.area_m2, g.green_type, g.valid
    from managed_parts(wanted) m join green_object g on g.id = m.green_object_id
    where m.part_geom is null or not st_isempty(m.part_geom)
  ),
  located as materialized (
    select p.*, d.district_id, d.geom as district_geom, st_contains(d.geom, p.geom) as whole
    from district_piece d join part p on d.geom && p.geom and st_intersects(d.geom, p.geom)
  ),
  split as (
    select green_object_id, managed, period, green_type, valid, district_id, part_geom as geom, area_m2 from located where whole
    union all
    select green_object_id, managed, period, green_type, valid, district_id, polygons(st_intersection(geom, district_geom)), null
    from located l
    where not whole and not exists (
      select from located w where w.whole and w.green_object_id = l.green_object_id and w.managed = l.managed and w.period = l.period)
    union all
    select p.green_object_id, p.managed, p.period, p.green_type, p.valid, null,
           case when u.geom is null then p.part_geom else polygons(st_difference(p.geom, u.geom)) end,
           case when u.geom is null then p.area_m2 end
    from part p
    left join lateral (
      select st_union(l.district_geom) as geom, bool_or(l.whole) as whole from located l
      where l.green_object_id = p.green_object_id and l.managed = p.managed and l.period = p.period
    ) u on true
    where u.whole is not true
  )
  select green_object_id, district_id, managed, green_type, coalesce(lower(period), '-infinity'), coalesce(upper(period), 'infinity'),
         coalesce(lower(valid), '-infinity'), case when geom is null then area_m2 else st_area(geom) end, geom
  from split
  where geom is null or st_area(geom) > 0;
  analyze green_piece;
end $$;

-- Splits adoptions (all of them when ids is null) over the managed green that they cover and over the smallest districts.
create or replace function geo.split_adoptions(ids uuid[] default null) returns void
language plpgsql volatile security definer set search_path = geo, public, pg_temp as $$
begin
  delete from adoption_piece where ids is null or adoption_id = any (ids);
  delete from adoption_district where ids is null or adoption_id = any (ids);
  insert into adoption_piece (adoption_id, green_piece_id, area_m2)
  select a.id, p.id, st_area(st_intersection(a.geom, coalesce(p.geom, g.geom)))
  from adoption a
  join green_object g on g.geom && a.geom
  join green_piece p on p.green_object_id = g.id and p.managed
  where (ids is null or a.id = any (ids)) and st_relate(a.geom, coalesce(p.geom, g.geom), 'T********');
  insert into adoption_district (adoption_id, district_id, area_m2)
  select a.id, d.district_id, st_area(st_intersection(a.geom, d.geom))
  from adoption a join district_piece d on d.geom && a.geom and st_relate(a.geom, d.geom, 'T********')
  where ids is null or a.id = any (ids);
  insert into adoption_district (adoption_id, district_id, area_m2)
  select a.id, null, st_area(rest.geom)
  from adoption a
  cross join lateral (
    select coalesce(st_difference(a.geom, (select st_union(d.geom) from district_piece d where d.geom && a.geom)), a.geom) as geom
  ) rest
  where (ids is null or a.id = any (ids)) and st_area(rest.geom) > 0
    and not exists (select from district_piece d where d.geom ~ a.geom and st_covers(d.geom, a.geom));
end $$;

-- After a change of districts or management everything is split again.
create or replace function geo.rebuild_pieces() returns void
language plpgsql volatile security definer set search_path = geo, public, pg_temp as $$
begin
  perform rebuild_district_pieces();
  perform split_green();
  perform split_adoptions();
end $$;

create or replace function geo.adoption_written() returns trigger
language plpgsql security definer set search_path = geo, public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    perform split_adoptions(coalesce((select array_agg(id) from after_rows), '{}'));
  else
    perform split_adoptions(coalesce(
      (select array_agg(n.id) from after_rows n join before_rows b using (id) where n.geom is distinct from b.geom), '{}'));
  end if;
  return null;
end $$;
create or replace trigger adoption_2_pieces_insert after insert on geo.adoption
  referencing new table as after_rows for each statement execute function geo.adoption_written();
create or replace trigger adoption_2_pieces_update after update on geo.adoption
  referencing old table as before_rows new table as after_rows for each statement execute function geo.adoption_written();
alter table geo.adoption enable always trigger adoption_2_pieces_insert, enable always trigger adoption_2_pieces_update;
