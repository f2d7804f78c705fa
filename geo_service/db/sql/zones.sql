-- Zones are edited by hand beside being imported: over HTTP, or by a login that may edit the view of the layer (QGIS, GDAL, psql).

-- The published words of what a zone does and who may know of it; an import reads the same ones (registers/rows.py).
create or replace view geo.zone_word (about, code, word) as
  values ('effect', 'forbidden', 'verboden'), ('effect', 'needs_consent', 'toestemming nodig'), ('effect', 'warn', 'waarschuwing'),
         ('disclosure', 'public', 'openbaar'), ('disclosure', 'named', 'alleen naam'), ('disclosure', 'hidden', 'verborgen');

-- Every change counts, whoever makes it; the number is never given back.
create or replace function geo.count_zone_version() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  return new;
end $$;
create or replace trigger zone_1_version before update on geo.zone
  for each row when (old.* is distinct from new.*) execute function geo.count_zone_version();
alter table geo.zone enable always trigger zone_1_version;

-- A zone that was in force before this day stays for the days that it was, and ends; one that was not is gone, but for its history.
create or replace function geo.end_zone(zone_id int, day date) returns void language sql as $$
  delete from geo.zone where id = zone_id and lower(valid) >= day;
  update geo.zone set valid = daterange(lower(valid), least(upper(valid), day))
  where id = zone_id and (lower(valid) < day or lower(valid) is null) and (upper(valid) > day or upper(valid) is null);
$$;

-- What is wrong with a row that somebody wrote, in Dutch as the layer is. The day after the last may be open, the rest as in an import.
create or replace function geo.zone_faults(told jsonb, shape geometry) returns text[] language sql stable set search_path = geo, public as $$
  select array_remove(array[
    case when coalesce(btrim(told ->> 'kind'), '') = '' then 'soort ontbreekt' end,
    case when not exists (select from zone_word where about = 'effect' and word = told ->> 'effect') then
      'effect is een van: ' || (select string_agg(word, ', ') from zone_word where about = 'effect') end,
    case when not exists (select from zone_word where about = 'disclosure' and word = coalesce(told ->> 'disclosure', 'verborgen')) then
      'openbaarheid is een van: ' || (select string_agg(word, ', ') from zone_word where about = 'disclosure') end,
    case when (told ->> 'ends')::date <= (told ->> 'starts')::date then 'geldig_tot ligt na geldig_van' end,
    case when shape is null or st_isempty(shape) then 'geometrie ontbreekt'
         when not st_isvalid(shape) then 'geometrie is niet geldig: ' || st_isvalidreason(shape)
         when not shape @ st_makeenvelope(-7000, 289000, 300000, 629000, 28992) then 'geometrie ligt buiten Nederland'
         when st_isempty(polygons(st_reduceprecision(shape, 0.001))) then 'geometrie heeft geen oppervlakte' end
  ], null)
$$;

-- Writes to a layer's view, for logins that may edit it. First argument: the key; second: which column of the view tells which of ours.
create or replace function geo.edit_zone() returns trigger
language plpgsql security definer set search_path = geo, public, pg_temp as $$
declare
  key constant text := tg_argv[0];
  was constant jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  becomes constant jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  told jsonb;
  faults text[];
  current zone;
  version text;
begin
  if was is not null then
    select * into current from zone where register_id = was ->> key for update;
    if current.id is null or current.id || '-' || current.version <> was ->> 'versie' or becomes ->> 'versie' <> was ->> 'versie' then
      raise exception 'zone % is intussen gewijzigd: haal haar opnieuw op', was ->> key using errcode = '40001';
    end if;
  end if;
  if tg_op = 'DELETE' then
    perform end_zone(current.id, (now() at time zone 'Europe/Amsterdam')::date);
    return old;
  end if;
  select jsonb_object_agg(ours, nullif(btrim(becomes ->> theirs), '')) into told
  from jsonb_each_text(tg_argv[1]::jsonb) as mapped (theirs, ours);
  faults := zone_faults(told, new.geometrie);
  if was ->> key <> becomes ->> key then
    faults := faults || format('%s blijft zoals het is', key);
  end if;
  if cardinality(faults) > 0 then
    raise exception 'zone niet bewaard: %', array_to_string(faults, '; ') using errcode = '22023';
  end if;
  current.register_id := coalesce(current.register_id, gen_random_uuid()::text);
  current.kind := told ->> 'kind';
  current.effect := (select code from zone_word where about = 'effect' and word = told ->> 'effect');
  current.disclosure := (select code from zone_word where about = 'disclosure' and word = coalesce(told ->> 'disclosure', 'verborgen'));
  current.name := told ->> 'name';
  current.source := told ->> 'source';
  current.valid := daterange((told ->> 'starts')::date, (told ->> 'ends')::date);
  current.geom := polygons(st_reduceprecision(new.geometrie, 0.001));
  if tg_op = 'INSERT' then
    insert into zone (register_id, kind, effect, disclosure, name, source, valid, geom)
    values (current.register_id, current.kind, current.effect, current.disclosure, current.name, current.source, current.valid, current.geom)
    returning id || '-' || zone.version into version;
  else
    update zone z set kind = current.kind, effect = current.effect, disclosure = current.disclosure, name = current.name,
      source = current.source, valid = current.valid, geom = current.geom where z.id = current.id
    returning z.id || '-' || z.version into version;
  end if;
  return json_populate_record(new, json_build_object(key, current.register_id, 'versie', version));
end $$;

-- The days on which something changed that others may know of zones, whoever changed it. Nothing else is told of a change of zones.
create or replace view geo.public_zone_day (day) as
  select distinct (e.at at time zone 'Europe/Amsterdam')::date
  from geo.event e
  cross join lateral (
    select case when e.before ->> 'disclosure' = 'public' then e.before end as was, case when e.after ->> 'disclosure' = 'public' then e.after end as is_now
  ) told
  where e.subject = 'zone'
    and (was -> 'kind', was -> 'effect', was -> 'name', was -> 'valid', was -> 'geom')
      is distinct from (is_now -> 'kind', is_now -> 'effect', is_now -> 'name', is_now -> 'valid', is_now -> 'geom');
