-- Ground that nobody can ask for, on the day that layers show.

-- The days that a request would cover: on a past day only that day; from today on all days after it, as for the rules.
create or replace function geo.asked_days() returns daterange
language sql stable parallel safe security definer set search_path = geo, public, pg_temp as $$
  select daterange(day, case when day < (now() at time zone 'Europe/Amsterdam')::date then day + 1 end) from (select as_of() as day) asked
$$;

create or replace view geo.asked_green_piece as
  select p.id, p.green_object_id, p.managed, p.contested, p.geom from geo.green_piece p
  where p.applies_from <= (select geo.as_of()) and p.applies_to > (select geo.as_of());

-- On a past day: what was kept then. From today on also what is granted for later, asked for, or reserved (until the end of the last day).
create or replace view geo.taken_piece as
  select p.green_object_id, a.geom
  from geo.adoption a
  join geo.adoption_piece k on k.adoption_id = a.id
  join geo.asked_green_piece p on p.id = k.green_piece_id
  where a.period && (select geo.asked_days())
    and (a.adopted or (select upper_inf(geo.asked_days())) and (
      a.granted or a.state in ('submitted', 'in_review', 'site_visit')
      or a.state = 'draft' and (a.reserved_until at time zone 'Europe/Amsterdam')::date >= (select geo.as_of())));

-- Zones that a request would meet. Only those that are public: nothing that is published may follow the others.
create or replace view geo.asked_public_zone as
  select z.effect, coalesce(z.name, replace(z.kind, '_', ' ')) as name, z.geom from geo.zone z
  where z.disclosure = 'public' and z.valid && (select geo.asked_days());
