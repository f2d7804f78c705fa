-- Ideas on the map on the day: confirmed, not hidden, and no ground asked for yet. A request that was refused or withdrawn gives the pin back.
-- offset 0: a condition of the asker meets only ideas that are shown, for its errors would tell the others.
select i.slug, i.name as naam, i.story as verhaal, (i.confirmed_at at time zone 'Europe/Amsterdam')::date as sinds, i.pin as geometrie,
       geo.to_lonlat(i.pin)::geometry(Point, 4326) as geometrie_4326, geo.to_mercator(i.pin)::geometry(Point, 3857) as geometrie_3857
from (
  select i.slug, i.name, i.story, i.confirmed_at, i.pin
  from geo.initiative i
  where i.pin is not null and (i.confirmed_at at time zone 'Europe/Amsterdam')::date <= (select geo.as_of())
    and (i.hidden_at is null or (i.hidden_at at time zone 'Europe/Amsterdam')::date > (select geo.as_of()))
    and not exists (
      select from geo.adoption a
      where a.initiative_id = i.id and a.state not in ('refused', 'withdrawn')
        and (a.created_at at time zone 'Europe/Amsterdam')::date <= (select geo.as_of()))
  offset 0
) i
