"""Initiatives as groups of neighbours: joining, handing over, messages, photos, ideas on the map, and support of who lives near."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INITIATIVE = """
alter table geo.initiative
  add column domains text[] not null default '{}',
  add column agendas text[] not null default '{}',
  add column pin geometry(point, 28992),
  add column confirmed_at timestamptz,
  add column hidden_at timestamptz,
  add column hidden_because varchar,
  add constraint initiative_kind_check check (kind in ('neighbours', 'street', 'school', 'association', 'company')),
  add constraint initiative_pin_check check (pin is null or not st_isempty(pin));
alter table geo.initiative_member add column gets_messages boolean not null default true;
insert into geo.initiative_member (initiative_id, person_id, effort)
  select id, contact_id, 'initiator' from geo.initiative on conflict do nothing;
alter table geo.initiative add constraint initiative_contact_is_member
  foreign key (id, contact_id) references geo.initiative_member (initiative_id, person_id) deferrable initially deferred;
create index initiative_pin_idx on geo.initiative using gist (pin) where pin is not null
"""
GROUP = """
create table geo.initiative_joiner (
  initiative_id uuid not null constraint initiative_joiner_initiative_id_fkey references geo.initiative on delete cascade,
  person_id uuid not null constraint initiative_joiner_person_id_fkey references geo.person on delete cascade,
  effort varchar not null constraint initiative_joiner_effort_check check (effort in ('regular', 'now_and_then', 'once')),
  asked_at timestamptz not null default now(),
  constraint initiative_joiner_pkey primary key (initiative_id, person_id)
);
create table geo.contact_offer (
  initiative_id uuid not null constraint contact_offer_pkey primary key
    constraint contact_offer_initiative_id_fkey references geo.initiative on delete cascade,
  person_id uuid not null constraint contact_offer_person_id_fkey references geo.person on delete cascade,
  asked_at timestamptz not null default now(),
  constraint contact_offer_initiative_id_person_id_fkey foreign key (initiative_id, person_id)
    references geo.initiative_member (initiative_id, person_id) on delete cascade
);
create index contact_offer_person_id_idx on geo.contact_offer (person_id);
create table geo.member_message (
  id uuid not null default gen_random_uuid() constraint member_message_pkey primary key,
  initiative_id uuid not null constraint member_message_initiative_id_fkey references geo.initiative on delete cascade,
  person_id uuid constraint member_message_person_id_fkey references geo.person on delete set null,
  body varchar not null,
  sent_at timestamptz not null default now()
);
create index member_message_initiative_id_idx on geo.member_message (initiative_id, sent_at)
"""
PHOTOS = """
create table geo.photo (
  id uuid not null default gen_random_uuid() constraint photo_pkey primary key,
  initiative_id uuid not null constraint photo_initiative_id_fkey references geo.initiative on delete cascade,
  person_id uuid constraint photo_person_id_fkey references geo.person on delete set null,
  caption varchar not null default '',
  public boolean not null,
  taken_in_at timestamptz not null default now(),
  hidden_at timestamptz,
  hidden_because varchar
);
create index photo_initiative_id_idx on geo.photo (initiative_id, taken_in_at);
create table geo.photo_image (
  photo_id uuid not null constraint photo_image_photo_id_fkey references geo.photo on delete cascade,
  size varchar not null constraint photo_image_size_check check (size in ('large', 'small')),
  width int not null,
  height int not null,
  content bytea not null,
  constraint photo_image_pkey primary key (photo_id, size)
)
"""
SUPPORT = """
create table geo.support_household (
  adoption_id uuid not null constraint support_household_adoption_id_fkey references geo.adoption on delete cascade,
  address varchar not null,
  number int not null,
  used boolean not null default false,
  constraint support_household_pkey primary key (adoption_id, address, number)
);
create table geo.support_printing (
  id uuid not null default gen_random_uuid() constraint support_printing_pkey primary key,
  adoption_id uuid not null constraint support_printing_adoption_id_fkey references geo.adoption on delete cascade,
  person_id uuid constraint support_printing_person_id_fkey references geo.person on delete set null,
  printed_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index support_printing_adoption_id_idx on geo.support_printing (adoption_id);
create table geo.support_code (
  digest bytea not null constraint support_code_pkey primary key,
  adoption_id uuid not null,
  address varchar not null,
  number int not null,
  printing_id uuid not null constraint support_code_printing_id_fkey references geo.support_printing on delete cascade,
  constraint support_code_adoption_id_address_number_fkey foreign key (adoption_id, address, number)
    references geo.support_household (adoption_id, address, number) on delete cascade
);
create index support_code_adoption_id_idx on geo.support_code (adoption_id);
create table geo.support_answer (
  id uuid not null default gen_random_uuid() constraint support_answer_pkey primary key,
  adoption_id uuid not null constraint support_answer_adoption_id_fkey references geo.adoption on delete cascade,
  answer varchar not null constraint support_answer_answer_check check (answer in ('support', 'neutral', 'objection')),
  channel varchar not null constraint support_answer_channel_check check (channel in ('code', 'handed_in', 'mail')),
  remark varchar,
  day date not null,
  mail bytea,
  constraint support_answer_mail_check check ((channel = 'mail') = (mail is not null))
);
create index support_answer_adoption_id_idx on geo.support_answer (adoption_id);
create unique index support_answer_mail_key on geo.support_answer (mail)
"""


def upgrade() -> None:
    for statements in (INITIATIVE, GROUP, PHOTOS, SUPPORT):
        for statement in statements.split(";\n"):
            op.execute(statement)
