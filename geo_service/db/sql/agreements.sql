-- A signature holds for the text that was read; what is signed, and who signed, stays as it is, whoever writes.
create or replace function geo.guard_agreement() returns trigger
language plpgsql security definer set search_path = geo, public, pg_temp as $$
begin
  if tg_op <> 'DELETE' and new.digest <> encode(sha256(convert_to(new.content, 'UTF8')), 'hex') then
    raise exception 'the digest of agreement % is not that of its content', new.id using errcode = '23514';
  end if;
  if tg_op <> 'INSERT' and exists (select from agreement_signature where agreement_id = old.id) then
    raise exception 'agreement % is signed and stays as it is', old.id using errcode = '42501';
  end if;
  return coalesce(new, old);
end $$;
create or replace trigger agreement_signed_stays before insert or update or delete on geo.agreement
  for each row execute function geo.guard_agreement();

create or replace function geo.guard_signature() returns trigger
language plpgsql security definer set search_path = geo, public, pg_temp as $$
begin
  if tg_op <> 'INSERT' then
    raise exception 'a signature and a signed paper stay as they are' using errcode = '42501';
  end if;
  -- also keeps a change of the text waiting until the signature is there
  if new.digest is distinct from (select a.digest from agreement a where a.id = new.agreement_id for update) then
    raise exception 'the agreement changed after it was read' using errcode = '23514', constraint = 'agreement_signature_digest';
  end if;
  return new;
end $$;
create or replace trigger agreement_signature_holds before insert or update or delete on geo.agreement_signature
  for each row execute function geo.guard_signature();

create or replace function geo.guard_paper() returns trigger language plpgsql as $$
begin
  raise exception 'a signature and a signed paper stay as they are' using errcode = '42501';
end $$;
create or replace trigger agreement_paper_stays before update or delete or truncate on geo.agreement_paper
  for each statement execute function geo.guard_paper();
alter table geo.agreement enable always trigger agreement_signed_stays;
alter table geo.agreement_signature enable always trigger agreement_signature_holds;
alter table geo.agreement_paper enable always trigger agreement_paper_stays;
