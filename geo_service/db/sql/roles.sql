-- The login may become each of these. The application acts as geo_app, which owns no table.
do $$
declare name text;
begin
  foreach name in array array['geo_owner', 'geo_app', 'geo_public', 'geo_staff', 'geo_editor'] loop
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
-- Nor do they hold a lock that adoptions and imports wait for, or store large objects. Only a superuser can take these functions away.
do $$
declare f regprocedure;
begin
  if (select rolsuper from pg_roles where rolname = session_user) then
    for f in
      select oid from pg_proc
      where pronamespace = 'pg_catalog'::regnamespace
        and (proname ~ '^pg_(try_)?advisory_(xact_)?lock' or proname in ('lo_creat', 'lo_create', 'lo_from_bytea'))
    loop
      execute format('revoke execute on function %s from public', f);
      execute format('grant execute on function %s to geo_owner, geo_app', f);
    end loop;
  end if;
end $$;
create schema if not exists geo authorization geo_owner;
create schema if not exists layers authorization geo_owner;
create schema if not exists jobs authorization geo_owner;
