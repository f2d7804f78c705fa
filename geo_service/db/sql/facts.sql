-- What the registers know of the ground of one plot, for the rules in geo_service/plots. One row per fact; geom lies within the shape,
-- except for ground of other plots. Shapes of zones that are not public never leave the database: these are judged per cell of 250 m.
create or replace function geo.plot_facts(
  shape geometry, from_day date, to_day date, moment timestamptz, municipality text, near float8, ignoring uuid[]
) returns table (fact text, label text, detail text, amount int, geom geometry)
language plpgsql stable set search_path = geo, public, pg_temp as $$
declare
  span constant daterange := daterange(from_day, to_day);
  top text;
begin
  -- the municipality: its own border when we have it, else its districts of the highest level
  select d.level into top from current_district d where d.level <> 'gemeente' or d.code = municipality
    order by array_position(array['gemeente', 'stadsdeel', 'wijk', 'buurt'], d.level) limit 1;
  if top is not null then
    return query
      select 'outside', null::text, null::text, null::int, case
        when exists (
          select from current_district d
          where d.level = top and (top <> 'gemeente' or d.code = municipality) and d.geom ~ shape and st_covers(d.geom, shape))
          then 'SRID=28992;POLYGON EMPTY'::geometry
        else coalesce(other_ground(shape, (
          select st_union(shared_ground(d.geom, shape), 1e-7) from current_district d
          where d.level = top and (top <> 'gemeente' or d.code = municipality) and d.geom && shape)), shape)
      end;
  end if;

  -- green on the first day, by whether the municipality manages it
  return query
    select case when p.managed then 'managed' else 'unmanaged' end, null::text, null::text, null::int,
           shared_ground(coalesce(p.geom, g.geom), shape)
    from green_object g join green_piece p on p.green_object_id = g.id
    where g.geom && shape and g.applies @> from_day and p.applies_from <= from_day and p.applies_to > from_day
      and st_relate(coalesce(p.geom, g.geom), shape, 'T********');
  return query
    select 'basis', case when not exists (select from green_object) then 'unknown'
                         when exists (select from management) then 'register'
                         when exists (select from setting where key = 'managed') then 'assumption' else 'unknown' end,
           null::text, null::int, null::geometry;
  return query
    select 'ground', o.family::text, o.appearance::text, null::int, shared_ground(o.geom, shape)
    from ground o where o.geom && shape and st_relate(o.geom, shape, 'T********');

  -- other plots, those that only touch too: held in the period, or asked for (a draft only while it is reserved)
  return query
    select 'granted', p.code::text, null::text, null::int, a.geom
    from adoption a join plot p on p.id = a.plot_id
    where a.granted and a.geom && st_expand(shape, 0.01) and a.period && span and a.id <> all (ignoring) and st_dwithin(a.geom, shape, 0.01);
  return query
    select 'claim', p.code::text, null::text, null::int, a.geom
    from adoption a join plot p on p.id = a.plot_id
    where a.geom && st_expand(shape, 0.01) and a.period && span and a.id <> all (ignoring) and st_dwithin(a.geom, shape, 0.01)
      and (a.state in ('submitted', 'in_review', 'site_visit') or a.state = 'draft' and a.reserved_until > moment);

  -- zones, by what they disclose
  return query
    select 'zone', coalesce(z.name, replace(z.kind, '_', ' '))::text, z.effect || ':' || coalesce(z.source, ''), null::int,
           shared_ground(z.geom, shape)
    from zone z
    where z.disclosure = 'public' and z.geom && shape and z.valid && span and st_relate(z.geom, shape, 'T********');
  return query
    with cell as (
      select c.geom from (
        select st_makeenvelope(x * 250, y * 250, x * 250 + 250, y * 250 + 250, 28992) as geom
        from generate_series(floor(st_xmin(shape) / 250)::int, floor(st_xmax(shape) / 250)::int) x,
             generate_series(floor(st_ymin(shape) / 250)::int, floor(st_ymax(shape) / 250)::int) y
      ) c where st_relate(c.geom, shape, 'T********')
    ),
    met as (
      select z.disclosure, coalesce(z.name, replace(z.kind, '_', ' ')) as name, z.effect, bool_or(st_covers(z.geom, c.geom)) as whole
      from cell c join zone z on z.geom && c.geom and st_relate(z.geom, c.geom, 'T********')
      where z.disclosure <> 'public' and z.valid && span
      group by 1, 2, 3
    )
    select 'named', m.name::text, m.effect::text, m.whole::int, null::geometry from met m where m.disclosure = 'named'
    union all
    select 'hidden', null, null, null, null where exists (select from met m where m.disclosure = 'hidden');

  -- trees on it and addresses near it, when these registers are loaded
  if exists (select from tree) then
    return query
      select 'trees', null::text, null::text, null::int, st_collect(t.geom)
      from tree t where t.geom && shape and st_intersects(t.geom, shape);
  end if;
  if exists (select from address) then
    return query
      select 'addresses', string_agg(a.households::text, ',' order by a.id), null::text, null::int, st_collect(a.geom order by a.id)
      from address a where a.geom && st_expand(shape, near) and st_dwithin(a.geom, shape, near);
  end if;
end $$;
