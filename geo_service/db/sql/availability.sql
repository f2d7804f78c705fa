-- Ground that nobody can ask for, on the day that layers show.

-- The days that a request would cover: on a past day only that day; from today on all days after it, as for the rules.
-- Inlined where it is called: otherwise it would be planned anew for every object. So it names nothing in geo, which readers may not enter.
create or replace function geo.asked_days(day date) returns daterange language sql stable parallel safe as $$
  select daterange(day, case when day < (now() at time zone 'Europe/Amsterdam')::date then day + 1 end)
$$;

create or replace view geo.asked_green_piece as
  select p.id, p.green_object_id, p.managed, p.contested, p.geom, p.area_m2 from geo.green_piece p
  where p.applies_from <= geo.as_of() and p.applies_to > geo.as_of();

-- On a past day: what was kept then. From today on also what is granted for later, asked for, or reserved (until the end of the last day).
create or replace view geo.taken_piece as
  select p.green_object_id, a.geom, k.area_m2
  from geo.adoption a
  join geo.adoption_piece k on k.adoption_id = a.id
  join geo.asked_green_piece p on p.id = k.green_piece_id
  where a.period && geo.asked_days(geo.as_of())
    and (a.adopted or upper_inf(geo.asked_days(geo.as_of())) and (
      a.granted or a.state in ('submitted', 'in_review', 'site_visit')
      or a.state = 'draft' and (a.reserved_until at time zone 'Europe/Amsterdam')::date >= geo.as_of()));

-- Zones that a request would meet. Only those that are public: nothing that is published may follow the others.
create or replace view geo.asked_public_zone as
  select z.effect, coalesce(z.name, replace(z.kind, '_', ' ')) as name, z.geom from geo.zone z
  where z.disclosure = 'public' and z.valid && geo.asked_days(geo.as_of());

-- What remains of a green object on the day: the managed ground of its pieces, less what is taken or forbidden. All of it as it is
-- stored when nothing goes off; null when nothing is left. Planned once per connection.
create or replace function geo.free_ground(object_id int, object geometry) returns geometry
language plpgsql stable cost 10000 security definer set search_path = geo, public, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  pieces geometry[];
  gone geometry[];
  whole boolean;
  free geometry;
begin
  select array_agg(coalesce(p.geom, object)) filter (where p.managed), bool_and(p.managed and not p.contested) into pieces, whole
  from asked_green_piece p where p.green_object_id = object_id;
  gone := array(
    select t.geom from taken_piece t where t.green_object_id = object_id
    union all
    select z.geom from asked_public_zone z where z.effect = 'forbidden' and z.geom && object and st_relate(z.geom, object, 'T********'));
  if whole and cardinality(gone) = 0 then
    return object;
  end if;
  free := object;
  if not whole then
    select st_union(piece, 1e-7) into free from unnest(pieces) piece;
  end if;
  if cardinality(gone) = 1 then
    free := other_ground(free, gone[1]);
  elsif cardinality(gone) > 1 then
    free := other_ground(free, (select st_union(part, 1e-7) from unnest(gone) part));
  end if;
  return case when is_ground(free) then polygons(free) end;
end $$;

-- Green of the day, and whether on any day something took or takes a part of it.
create or replace view geo.marked_green as
  select g.id, g.register_id, g.category, g.green_type, g.area_m2, g.geom, g.geom_4326, g.geom_3857,
         exists (select from geo.green_piece p where p.green_object_id = g.id and (not p.managed or p.contested))
           or exists (select from geo.green_piece p join geo.adoption_piece k on k.green_piece_id = p.id where p.green_object_id = g.id)
           or exists (
             select from geo.zone z
             where z.disclosure = 'public' and z.effect = 'forbidden' and z.geom && g.geom and st_relate(z.geom, g.geom, 'T********')) as marked
  from geo.green_object g
  where g.applies @> geo.as_of() and exists (select from geo.asked_green_piece p where p.green_object_id = g.id);

-- Green that is free, in whole or in part. First what is not marked: most objects, as they are stored and found by their index (the
-- conditions of marked_green, which are joined faster so). Of the others what remains is worked out, where it is asked for: most are
-- larger than all that is taken of them, and are there without being measured. They are found by the whole object (around).
create or replace view geo.free_green as
  select g.id, g.register_id, g.category, g.green_type, true as whole, g.area_m2, g.geom, g.geom_4326, g.geom_3857, g.geom as around,
         (select string_agg(distinct z.name, ', ') from geo.asked_public_zone z
          where z.effect = 'needs_consent' and z.geom && g.geom and st_relate(z.geom, g.geom, 'T********')) as consent
  from geo.green_object g
  where g.applies @> geo.as_of()
    and exists (select from geo.asked_green_piece p where p.green_object_id = g.id)
    and not exists (select from geo.green_piece p where p.green_object_id = g.id and (not p.managed or p.contested))
    and not exists (select from geo.green_piece p join geo.adoption_piece k on k.green_piece_id = p.id where p.green_object_id = g.id)
    and not exists (
      select from geo.zone z
      where z.disclosure = 'public' and z.effect = 'forbidden' and z.geom && g.geom and st_relate(z.geom, g.geom, 'T********'))
  union all
  select g.id, g.register_id, g.category, g.green_type, free.geom = g.geom,
         case when free.geom = g.geom then g.area_m2 else st_area(free.geom) end, free.geom::geometry(MultiPolygon, 28992),
         case when free.geom = g.geom then g.geom_4326 else geo.to_lonlat(free.geom) end::geometry(MultiPolygon, 4326),
         case when free.geom = g.geom then g.geom_3857 else geo.to_mercator(free.geom) end::geometry(MultiPolygon, 3857), g.geom,
         (select string_agg(distinct z.name, ', ') from geo.asked_public_zone z
          where z.effect = 'needs_consent' and z.geom && free.geom and st_relate(z.geom, free.geom, 'T********'))
  from geo.marked_green g
  cross join lateral (select geo.free_ground(g.id, g.geom) as geom offset 0) free
  where case
    when not g.marked then false
    when exists (select from geo.asked_public_zone z where z.effect = 'forbidden' and z.geom && g.geom)
      or (select sum(p.area_m2) from geo.asked_green_piece p where p.green_object_id = g.id and p.managed)
         < (select coalesce(sum(t.area_m2), 0) + 0.01 from geo.taken_piece t where t.green_object_id = g.id)
    then geo.free_ground(g.id, g.geom) is not null
    else exists (select from geo.asked_green_piece p where p.green_object_id = g.id and p.managed)
  end;

-- The same for low zooms (coarse.sql), found by the coarse shape of the whole object. What is smaller than a cell stands for its
-- surroundings: it is there when its middle is not forbidden and most of it is not taken. Of a larger object what remains is drawn.
create or replace view geo.coarse_free_green as
  select g.id, g.register_id, g.category, g.green_type, free.geom = g.geom as whole,
         case when not g.marked then g.area_m2 when g.small then free.m2 else st_area(free.geom) end as area_m2, free.geom, g.geom_4326,
         case when free.geom = g.geom then c.geom_3857
              else st_multi(st_simplify(geo.to_mercator(free.geom), geo.cell_side((select geo.tile_zoom())) / 8, true)) end as geom_3857,
         c.geom_3857 as around,
         (select string_agg(distinct z.name, ', ') from geo.asked_public_zone z
          where z.effect = 'needs_consent' and z.geom && free.geom and st_relate(z.geom, free.geom, 'T********')) as consent
  from geo.green_object_coarse c
  cross join lateral (
    select *, st_area(geom_3857) < geo.cell_side((select geo.tile_zoom())) ^ 2 as small
    from geo.marked_green where id = c.object_id offset 0
  ) g
  cross join lateral (
    select case when g.marked and g.small and not exists (
        select from geo.asked_public_zone z
        where z.effect = 'forbidden' and z.geom && g.geom and st_intersects(z.geom, st_pointonsurface(g.geom)))
      then (select sum(p.area_m2) from geo.asked_green_piece p where p.green_object_id = g.id and p.managed)
         - (select coalesce(sum(t.area_m2), 0) from geo.taken_piece t where t.green_object_id = g.id) end as m2
    offset 0
  ) part
  cross join lateral (
    select part.m2, case when not g.marked or part.m2 >= g.area_m2 / 2 then g.geom
                         when not g.small then geo.free_ground(g.id, g.geom) end as geom
    offset 0
  ) free
  where c.zooms @> (select geo.tile_zoom()) and free.geom is not null;
