-- The login may become each of these. The application acts as geo_app, which owns no table.
do $$
declare name text;
begin
  foreach name in array array['geo_owner', 'geo_app', 'geo_public', 'geo_staff'] loop
    if not exists (select from pg_roles where rolname = name) then
      execute format('create role %I nologin', name);
    end if;
    if not pg_has_role(session_user, name, 'member') then
      execute format('grant %I to %I', name, session_user);
    end if;
  end loop;
exception when duplicate_object or unique_violation then null;  -- another process did the same at this moment
end $$;
create extension if not exists postgis;
do $$
begin
  execute format('grant create, temporary on database %I to geo_owner', current_database());
  execute format('grant connect, temporary on database %I to geo_app', current_database());
  execute format('grant connect on database %I to geo_public, geo_staff', current_database());
  -- readers make nothing, not even for a moment; where the database is another's this stays a warning
  execute format('revoke temporary on database %I from public, geo_public, geo_staff', current_database());
end $$;
create schema if not exists geo authorization geo_owner;
create schema if not exists layers authorization geo_owner;
