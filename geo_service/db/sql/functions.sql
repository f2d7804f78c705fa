-- The day that layer views show: a setting of the transaction, today in Amsterdam by default.
create or replace function geo.as_of() returns date language sql stable parallel safe as $$
  select coalesce(nullif(current_setting('geo.as_of', true), '')::date, (now() at time zone 'Europe/Amsterdam')::date)
$$;

-- RD to longitude/latitude and back, always through ETRS89 (4258): the direct way to 4326 never uses the RDNAPTRANS grid.
create or replace function geo.to_lonlat(geom geometry) returns geometry language sql immutable strict parallel safe as $$
  select st_setsrid(st_transform(geom, 4258), 4326)
$$;
create or replace function geo.to_rd(geom geometry) returns geometry language sql immutable strict parallel safe as $$
  select st_transform(st_setsrid(geom, 4258), 28992)
$$;
create or replace function geo.to_mercator(geom geometry) returns geometry language sql immutable strict parallel safe as $$
  select st_transform(st_setsrid(st_transform(geom, 4258), 4326), 3857)
$$;
create or replace function geo.mercator_to_rd(geom geometry) returns geometry language sql immutable strict parallel safe as $$
  select st_transform(st_setsrid(st_transform(geom, 4326), 4258), 28992)
$$;

-- From RD to any system, and back, the same way; 4326 and 3857 are taken as ETRS89.
create or replace function geo.to_crs(geom geometry, srid int) returns geometry language sql immutable strict parallel safe as $$
  select case srid when 28992 then geom when 4326 then geo.to_lonlat(geom) when 3857 then geo.to_mercator(geom)
                   else st_transform(st_transform(geom, 4258), srid) end
$$;
create or replace function geo.from_crs(geom geometry) returns geometry language sql immutable strict parallel safe as $$
  select case st_srid(geom) when 28992 then geom when 4326 then geo.to_rd(geom) when 3857 then geo.mercator_to_rd(geom)
                            else st_transform(st_transform(geom, 4258), 28992) end
$$;

-- All polygons of a geometry as one multipolygon.
create or replace function geo.polygons(geom geometry) returns geometry language sql immutable strict parallel safe as $$
  select st_multi(st_collectionextract(geom, 3))
$$;

-- Per level the newest edition of the districts.
create or replace view geo.current_district as
  select d.* from geo.district d
  join (select level, max(year) as year from geo.district group by level) newest using (level, year);
