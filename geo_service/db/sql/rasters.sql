-- The edition of each raster that is in force on the day.
create or replace view geo.raster_in_force as
  select distinct on (layer) id, layer, day from geo.raster_edition where day <= (select geo.as_of()) order by layer, day desc;

-- Figures of the districts of every level on the edition of each raster that is in force on the day: the pieces that were measured are
-- added up, so buurten make wijken, stadsdelen and the municipality. Without a district: outside every one of that level. Areas in m²;
-- mean and share are over counted_m2. Nothing is told of a district of which a piece was not measured.
create or replace view geo.district_raster as
  with summed as (
    select e.layer, l.level, a.ancestor_id as district_id, e.day, sum(p.area_m2) as area_m2, sum(f.known_m2) as known_m2,
           sum(f.counted_m2) as counted_m2, sum(f.mean * f.counted_m2) as total, min(f.lowest) as lowest, max(f.highest) as highest,
           sum(f.green_share * f.counted_m2) as green_m2
    from geo.raster_in_force e
    cross join (select distinct level from geo.current_district) l
    cross join geo.district_piece p
    left join geo.district_ancestor a on a.district_id = p.district_id and a.level = l.level
    left join geo.raster_figure f on f.edition_id = e.id and f.piece_id = p.id
    group by e.layer, e.day, l.level, a.ancestor_id
    having count(f.piece_id) = count(*)
  )
  select layer, level, district_id, day, area_m2, known_m2, counted_m2,
         total / nullif(counted_m2, 0) as mean, lowest, highest,
         green_m2 / nullif(counted_m2, 0) as green_share
  from summed;

-- The m² of each class in the same districts, where the raster is one of classes. All classes of a district are its counted_m2; where they
-- are less, a piece was measured before its classes were, and nothing can be told.
create or replace view geo.district_raster_class as
  select e.layer, l.level, a.ancestor_id as district_id, c.value, sum(c.area_m2) as area_m2
  from geo.raster_in_force e
  cross join (select distinct level from geo.current_district) l
  join geo.raster_class c on c.edition_id = e.id
  join geo.district_piece p on p.id = c.piece_id
  left join geo.district_ancestor a on a.district_id = p.district_id and a.level = l.level
  group by e.layer, l.level, a.ancestor_id, c.value;
