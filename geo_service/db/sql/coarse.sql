-- What low zooms draw instead of an object. A point grid with 4 pixels between its points lies over the map, at each zoom (3857; the
-- grid of a zoom holds that of the zoom before). An object larger than a cell is drawn as itself, without detail below half a pixel.
-- A smaller one is drawn as a square around each grid point that it holds: what holds none is left out, what holds one stands for its
-- surroundings, so neighbours leave no holes and the share of each kind stays right. Every row follows from one object alone: it lives
-- and applies as long as the object does, and is written with it.
create or replace function geo.cell_side(zoom int) returns float8 language sql immutable parallel safe as $$
  select 626172.1357121642::float8 / (1 << zoom)  -- 4 pixels of 256 to a tile
$$;

-- The zoom of the tile that is being made: a setting of the transaction.
create or replace function geo.tile_zoom() returns int language sql stable parallel safe as $$
  select nullif(current_setting('geo.tile_zoom', true), '')::int
$$;

-- The statement that writes the coarse shapes of the rows of ``source`` (a query with id and geom_3857) of table ``subject``. As text,
-- because only a trigger itself sees the rows that it is called for.
create or replace function geo.coarsening(subject text, source text) returns text language sql immutable parallel safe as $$
  select format(
    'with object as materialized (
       select id, geom_3857 as shape, ceil(ln(geo.cell_side(0) / sqrt(greatest(st_area(geom_3857), 0.01))) / ln(2))::int as own_from
       from (%s) s
     ),
     spot as materialized (  -- the grid points in it at the finest zoom where it is smaller than a cell
       select o.id, o.zoom, o.side, i, j
       from (
         select id, shape, least(own_from - 1, 13) as zoom, geo.cell_side(least(own_from - 1, 13)) as side from object where own_from > 8
       ) o
       cross join lateral generate_series(ceil(st_xmin(shape) / side)::int, floor(st_xmax(shape) / side)::int) i
       cross join lateral generate_series(ceil(st_ymin(shape) / side)::int, floor(st_ymax(shape) / side)::int) j
       where st_intersects(shape, st_setsrid(st_makepoint(i * side, j * side), 3857))
     )
     insert into geo.%I (object_id, zooms, geom_3857)
     select id, int4range(z, z + 1), st_multi(st_simplify(shape, geo.cell_side(z) / 8, true))
     from object cross join lateral generate_series(greatest(own_from, 8), 13) z
     union all
     select id, int4range(z, z + 1), st_collect(st_expand(st_setsrid(st_makepoint(i * side, j * side), 3857), 0.6 * geo.cell_side(z)) order by i, j)
     from spot cross join lateral generate_series(8, zoom) z
     where i %% (1 << zoom - z) = 0 and j %% (1 << zoom - z) = 0
     group by id, z',
    source, subject || '_coarse')
$$;

create or replace function geo.coarsen_added() returns trigger
language plpgsql security definer set search_path = geo, public, pg_temp as $$
begin
  execute coarsening(tg_table_name, 'select id, geom_3857 from added');
  return null;
end $$;

create or replace function geo.coarsen_changed() returns trigger
language plpgsql security definer set search_path = geo, public, pg_temp as $$
declare
  reshaped constant text := 'select n.id, n.geom_3857 from after_rows n join before_rows b using (id) where n.geom is distinct from b.geom';
begin
  execute format('delete from %I where object_id in (select id from (%s) r)', tg_table_name || '_coarse', reshaped);
  execute coarsening(tg_table_name, reshaped);
  return null;
end $$;
revoke execute on function geo.coarsen_added(), geo.coarsen_changed() from public;

-- The triggers; the coarse shapes of what is there already; and a view that looks like the table, with the shapes of one zoom. It looks
-- up each object by its id (offset 0): nothing is known of a zoom and a day that come later, and the planner would read every object.
do $$
declare subject text;
begin
  foreach subject in array array['green_object', 'ground'] loop
    execute format('create or replace trigger %I after insert on geo.%I referencing new table as added
                    for each statement execute function geo.coarsen_added()', subject || '_2_coarse_insert', subject);
    execute format('create or replace trigger %I after update on geo.%I referencing old table as before_rows new table as after_rows
                    for each statement execute function geo.coarsen_changed()', subject || '_2_coarse_update', subject);
    execute format('delete from geo.%I', subject || '_coarse');
    execute geo.coarsening(subject, format('select id, geom_3857 from geo.%I', subject));
    execute format('drop view if exists geo.%I', 'coarse_' || subject);
    execute (
      select format('create view geo.%I as select %s from geo.%I c cross join lateral (select * from geo.%I where id = c.object_id offset 0) o
                     where c.zooms @> (select geo.tile_zoom())', 'coarse_' || subject,
                    string_agg(case attname when 'geom_3857' then 'c.' else 'o.' end || quote_ident(attname), ', ' order by attnum),
                    subject || '_coarse', subject)
      from pg_attribute where attrelid = format('geo.%I', subject)::regclass and attnum > 0 and not attisdropped
    );
  end loop;
end $$;
