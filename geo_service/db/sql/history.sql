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

-- What of a table others may see, for tables that hold more than that, and the name under which its changes count. The version of a
-- public layer is made of these alone: nobody learns from an ETag, a date or a feed that something hidden changed. Leaving out too little
-- tells too much; leaving out too much keeps an old answer. {} is the table, or the rows of one change.
create or replace view geo.public_part (table_name, part) as
  values ('zone', $part$
    select 'zone: public', kind, effect, name, valid, geom from {} where disclosure = 'public'
  $part$), ('adoption', $part$
    -- as the public sees it: reserved, asked for or kept. Which request of a plot is shown is only a question where there are more.
    select 'adoption: public', a.id, a.plot_id, a.initiative_id, a.follows_id, a.care, a.period, a.geom, a.adopted, a.state = 'ended',
           a.state = 'draft', case when a.state = 'draft' then (a.reserved_until at time zone 'Europe/Amsterdam')::date end,
           (a.created_at at time zone 'Europe/Amsterdam')::date,
           case when exists (select from adoption o where o.plot_id = a.plot_id and o.id <> a.id
                             and o.state not in ('ended', 'refused', 'withdrawn')) then a.granted end
    from {} a
    where a.state not in ('refused', 'withdrawn') and (
      a.state <> 'draft'
      or (a.reserved_until at time zone 'Europe/Amsterdam')::date >= (now() at time zone 'Europe/Amsterdam')::date
      or exists (select from initiative i where i.id = a.initiative_id and i.pin is not null))
  $part$), ('adoption_piece', $part$
    select 'adoption_piece: public', k.green_piece_id, k.district_id, k.green_type, k.applies_from, k.applies_to, k.area_m2
    from {} k join adoption a on a.id = k.adoption_id
    where a.state not in ('draft', 'refused', 'withdrawn')
      or a.state = 'draft' and (a.reserved_until at time zone 'Europe/Amsterdam')::date >= (now() at time zone 'Europe/Amsterdam')::date
  $part$), ('adoption_district', $part$
    select 'adoption_district: public', k.district_id, k.applies_from, k.applies_to, k.area_m2, k.adopted_m2, k.outside_m2
    from {} k join adoption a on a.id = k.adoption_id where a.adopted
  $part$), ('plot', $part$
    select 'plot: public', p.id, p.code, p.name
    from {} p where exists (select from adoption a where a.plot_id = p.id and a.state not in ('refused', 'withdrawn'))
  $part$), ('initiative', $part$
    -- its name where it keeps ground; as an idea also its story and place
    select 'initiative: public', i.id, i.slug, i.name, idea, case when idea then i.story end, case when idea then i.pin end,
           case when idea then i.confirmed_at end, case when idea then i.hidden_at end
    from {} i cross join lateral (select i.pin is not null and i.confirmed_at is not null as idea) told
    where idea or exists (select from adoption a where a.initiative_id = i.id and a.adopted)
  $part$), ('raster_edition', $part$
    select 'raster: ' || layer, id, day from {}
  $part$), ('raster_figure', $part$
    select 'raster: ' || e.layer, f.* from {} f join raster_edition e on e.id = f.edition_id
  $part$), ('raster_class', $part$
    select 'raster: ' || e.layer, f.* from {} f join raster_edition e on e.id = f.edition_id
  $part$);

-- The version of a table for caches and ETags: one row per statement that changed it, visible with its commit, and one per name of what
-- others may see of it, when that changed. Now and then the rows are folded, so that reading a version stays as cheap as it was on the
-- first day; the sum that everyone sees stays the same.
create or replace function geo.note_change(names text[]) returns void
language plpgsql security definer set search_path = geo, public, pg_temp as $$
declare
  number int;
begin
  with counted as (insert into table_change (table_name) select unnest(names) returning id)
  select max(id) into number from counted;
  if number % 200 < cardinality(names) then
    with folded as (
      delete from table_change where id in (select id from table_change for update skip locked) returning table_name, changes
    )
    insert into table_change (table_name, changes) select table_name, sum(changes) from folded group by 1;
  end if;
end $$;
create or replace function geo.count_change() returns trigger
language plpgsql security definer set search_path = geo, public, pg_temp as $$
begin
  perform note_change(array[tg_table_name]);
  return null;
end $$;
do $$
declare
  name text;
begin
  foreach name in array array['district', 'district_piece', 'district_ancestor', 'green_object', 'green_piece', 'green_sum', 'management',
                              'zone', 'ground', 'tree', 'plot', 'plot_version', 'initiative', 'adoption', 'adoption_piece',
                              'adoption_district', 'pause', 'lineage', 'lineage_adoption', 'raster_edition', 'raster_figure',
                              'raster_class'] loop
    execute format('create or replace trigger %I after insert or update or delete or truncate on geo.%I
                    for each statement execute function geo.count_change()', name || '_3_changed', name);
  end loop;
end $$;

-- For tables with a public part: a function of its own, planned once, which looks at the rows of the change.
do $$
declare
  name text;
  part text;
  op text;
begin
  for name, part in select * from geo.public_part loop
    execute format($f$
      create or replace function geo.%1$I() returns trigger
      language plpgsql security definer set search_path = geo, public, pg_temp as $b$
      declare
        told text[];
      begin
        if tg_op = 'INSERT' then
          told := array(select distinct c.about from (%2$s) c (about));
        elsif tg_op = 'DELETE' then
          told := array(select distinct c.about from (%3$s) c (about));
        else
          told := array(select distinct c.about from (((%2$s) except all (%3$s)) union all ((%3$s) except all (%2$s))) c (about));
        end if;
        if cardinality(told) > 0 then
          perform note_change(told);
        end if;
        return null;
      end $b$ $f$, 'count_public_' || name, replace(part, '{}', 'becomes'), replace(part, '{}', 'was'));
    foreach op in array array['insert', 'update', 'delete'] loop
      execute format('create or replace trigger %I after %s on geo.%I referencing %s for each statement execute function geo.%I()',
                     name || '_4_public_' || op, op, name,
                     case op when 'insert' then 'new table as becomes' when 'delete' then 'old table as was'
                             else 'old table as was new table as becomes' end,
                     'count_public_' || name);
    end loop;
  end loop;
end $$;
