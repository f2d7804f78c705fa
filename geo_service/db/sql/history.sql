-- Every change of what people decide is remembered, whoever makes it: the service, psql or QGIS.
create or replace function geo.record_event() returns trigger
language plpgsql security definer set search_path = geo, public, pg_temp as $$
declare
  old_row constant jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - '{geom_3857,geom_4326}'::text[] end;
  new_row constant jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - '{geom_3857,geom_4326}'::text[] end;
  key_column constant text := coalesce(tg_argv[0], 'id');
  told_at constant text := nullif(current_setting('geo.at', true), '');
begin
  if old_row is not distinct from new_row then
    return null;
  end if;
  insert into event (at, actor_id, subject, subject_id, kind, before, after, note)
  values (
    -- only the demo, whose history is invented, may date an event
    case when told_at is not null and exists (select from setting where key = 'demo') then told_at::timestamptz else clock_timestamp() end,
    nullif(current_setting('geo.actor', true), '')::uuid,
    tg_table_name,
    coalesce(new_row, old_row) ->> key_column,
    case when tg_op = 'UPDATE' and old_row ->> 'state' is distinct from new_row ->> 'state' then new_row ->> 'state' else lower(tg_op) end,
    old_row, new_row,
    nullif(current_setting('geo.note', true), '')
  );
  return null;
end $$;

-- A truncated table leaves no event per row, so tables with a history are never truncated.
create or replace function geo.refuse_truncate() returns trigger language plpgsql as $$
begin
  raise exception 'geo.% has a history and is never truncated', tg_table_name using errcode = '42501';
end $$;

-- Also for writers that switch ordinary triggers off (session_replication_role = replica).
do $$
declare
  subject text;
  key_column text;
begin
  for subject, key_column in values ('adoption', 'id'), ('pause', 'adoption_id'), ('plot', 'id'), ('plot_version', 'id'), ('initiative', 'id'),
                                    ('initiative_member', 'initiative_id'), ('role_grant', 'person_id'),
                                    ('agreement', 'adoption_id'), ('agreement_signature', 'agreement_id'),
                                    ('contact_offer', 'initiative_id'), ('photo', 'id'),
                                    ('task', 'id'), ('work', 'id'), ('incident', 'id'), ('zone', 'register_id') loop
    execute format('create or replace trigger %I after insert or update or delete on geo.%I
                    for each row execute function geo.record_event(%L)', subject || '_history', subject, key_column);
    execute format('create or replace trigger %I before truncate on geo.%I
                    for each statement execute function geo.refuse_truncate()', subject || '_stays', subject);
    execute format('alter table geo.%1$I enable always trigger %2$I, enable always trigger %3$I',
                   subject, subject || '_history', subject || '_stays');
  end loop;
end $$;

create or replace function geo.refuse_rewriting() returns trigger language plpgsql as $$
begin
  raise exception 'events are append-only' using errcode = '42501';
end $$;
create or replace trigger event_is_append_only before update or delete or truncate on geo.event
  for each statement execute function geo.refuse_rewriting();
alter table geo.event enable always trigger event_is_append_only;

-- The version of a table for caches and ETags: one row per statement that changed it, visible with its commit. Now and then the rows
-- are folded, so that reading a version stays as cheap as it was on the first day; the sum that everyone sees stays the same.
create or replace function geo.count_change() returns trigger
language plpgsql security definer set search_path = geo, public, pg_temp as $$
declare
  number int;
begin
  insert into table_change (table_name) values (tg_table_name) returning id into number;
  if number % 200 = 0 then
    with folded as (
      delete from table_change where id in (select id from table_change for update skip locked) returning table_name, changes
    )
    insert into table_change (table_name, changes) select table_name, sum(changes) from folded group by 1;
  end if;
  return null;
end $$;
do $$
declare name text;
begin
  foreach name in array array['district', 'district_piece', 'district_ancestor', 'green_object', 'green_piece', 'green_sum', 'management',
                              'zone', 'ground', 'tree', 'plot', 'plot_version', 'initiative', 'adoption', 'adoption_piece',
                              'adoption_district', 'pause', 'lineage', 'lineage_adoption', 'raster_edition', 'raster_figure',
                              'raster_class'] loop
    execute format('create or replace trigger %I after insert or update or delete or truncate on geo.%I
                    for each statement execute function geo.count_change()', name || '_3_changed', name);
  end loop;
end $$;
