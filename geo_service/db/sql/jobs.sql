-- Work for the worker (procrastinate, schema jobs), put there in the transaction of what it follows from: gone when that is rolled back.
create or replace function geo.enqueue(task text) returns void language sql set search_path = jobs, public as $$
  select procrastinate_defer_jobs_v1(
    array[row('work', task, 0, null, null, '{}'::jsonb, null)::procrastinate_job_to_defer_v1]
  )
$$;
grant usage on schema jobs to geo_app;
grant select, insert, update, delete on all tables in schema jobs to geo_app;
grant usage on all sequences in schema jobs to geo_app;
