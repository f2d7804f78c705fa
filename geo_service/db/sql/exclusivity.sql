-- One keeper per m² per day. Locks first, then a new statement sees the winner: right under READ COMMITTED only, so all else is refused.

-- Locks the ground under some geometries until the end of the transaction: cells of 250 m in one sorted pass; above 64 cells all ground.
create or replace function geo.lock_ground(geoms geometry[]) returns void
language plpgsql volatile set search_path = geo, public, pg_temp as $$
declare
  product constant int := 20251;  -- the namespace of these advisory locks; key 0 is all ground
  keys int[];
  key int;
begin
  if exists (
    select from unnest(geoms) g
    where (floor(st_xmax(g) / 250) - floor(st_xmin(g) / 250) + 1) * (floor(st_ymax(g) / 250) - floor(st_ymin(g) / 250) + 1) > 64
  ) then
    perform pg_advisory_xact_lock(product, 0);
    return;
  end if;
  select array_agg(distinct x * 4096 + y order by x * 4096 + y) into keys
  from unnest(geoms) g,
       generate_series(floor(st_xmin(g) / 250)::int, floor(st_xmax(g) / 250)::int) x,
       generate_series(floor(st_ymin(g) / 250)::int, floor(st_ymax(g) / 250)::int) y;
  if cardinality(keys) > 64 then
    perform pg_advisory_xact_lock(product, 0);
    return;
  end if;
  perform pg_advisory_xact_lock_shared(product, 0);
  foreach key in array coalesce(keys, '{}') loop
    perform pg_advisory_xact_lock(product, key);
  end loop;
end $$;

create or replace function geo.refuse_overlap(ids uuid[], geoms geometry[]) returns void
language plpgsql volatile set search_path = geo, public, pg_temp as $$
declare conflicts jsonb;
begin
  if ids is null then
    return;
  end if;
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise exception 'granting an adoption needs READ COMMITTED, not %', upper(current_setting('transaction_isolation'))
      using errcode = '25000', hint = 'BEGIN ISOLATION LEVEL READ COMMITTED';
  end if;
  perform geo.lock_ground(geoms);
  -- a new statement: its snapshot sees whoever held these locks before us
  select jsonb_agg(jsonb_build_object('adoption', n.id, 'conflictsWith', o.id, 'plot', o.code, 'overlapM2', o.m2) order by o.m2 desc)
    into conflicts
  from adoption n
  cross join lateral (
    select a.id, p.code, round(st_area(st_intersection(a.geom, n.geom))::numeric, 3) as m2
    from adoption a join plot p on p.id = a.plot_id
    where a.granted and a.id <> n.id and a.geom && n.geom and a.period && n.period and st_relate(a.geom, n.geom, 'T********')
    limit 20
  ) o
  where n.id = any (ids);
  if conflicts is not null then
    raise exception 'adoption overlaps ground that is already granted'
      using errcode = '23P01', detail = conflicts::text, schema = 'geo', table = 'adoption', constraint = 'adoption_exclusive';
  end if;
end $$;

create or replace function geo.adoption_inserted() returns trigger
language plpgsql security definer set search_path = geo, public, pg_temp as $$
begin
  perform geo.refuse_overlap((select array_agg(id) from added where granted), (select array_agg(geom) from added where granted));
  return null;
end $$;

create or replace function geo.adoption_updated() returns trigger
language plpgsql security definer set search_path = geo, public, pg_temp as $$
declare
  ids uuid[];
  geoms geometry[];
begin
  select array_agg(n.id), array_agg(n.geom) into ids, geoms
  from after_rows n left join before_rows b on b.id = n.id and b.granted
  where n.granted and (b.id is null or n.geom is distinct from b.geom or not n.period <@ b.period);
  perform geo.refuse_overlap(ids, geoms);
  return null;
end $$;

create or replace trigger adoption_1_exclusive_insert after insert on geo.adoption
  referencing new table as added for each statement execute function geo.adoption_inserted();
create or replace trigger adoption_1_exclusive_update after update on geo.adoption
  referencing old table as before_rows new table as after_rows for each statement execute function geo.adoption_updated();
alter table geo.adoption enable always trigger adoption_1_exclusive_insert, enable always trigger adoption_1_exclusive_update;
revoke execute on function geo.refuse_overlap(uuid[], geometry[]), geo.adoption_inserted(), geo.adoption_updated() from public;
