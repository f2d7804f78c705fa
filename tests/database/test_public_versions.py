"""The version of a public layer, and with it every public ETag: it changes when the layer does, and never for what nobody may see."""

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import text

from geo_service.adoptions.states import STATES
from geo_service.catalogue.registry import load_catalogue
from geo_service.catalogue.versions import version
from geo_service.content import content_root
from geo_service.registers.zones.models import DISCLOSURES
from tests import builders
from tests.builders import box

PUBLIC = [layer for layer in load_catalogue(content_root()).values() if layer.audience == "public"]
SOON, LONG_AGO = datetime.now(UTC) + timedelta(days=2), datetime.now(UTC) - timedelta(days=9)
DAYS = (None, date(2021, 6, 1))
CONTENT = """select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from "layers"."{}" t"""
OTHERWISE = {
    "text": "coalesce({0}, '') || ' anders'", "character varying": "coalesce({0}, '') || ' anders'",
    "daterange": "daterange(coalesce(lower({0}), '2018-01-01') + 400, upper({0}))",
    "timestamp with time zone": "coalesce({0}, now()) - interval '3 days'",
    "double precision": "{0} + 1", "integer": "{0} + 1", "date": "{0} - 30", "uuid": "null", "ARRAY": "'{{}}'",
    "USER-DEFINED": "st_translate({0}, 3, 0)",
}  # fmt: skip
WORDS = {"state": STATES, "care": ("full", "partial"), "disclosure": DISCLOSURES, "effect": ("forbidden", "needs_consent", "warn")}


@pytest.fixture
def session(module_database):
    """A town with zones of each disclosure, and adoptions and initiatives in every state; what a test does is undone."""
    with module_database.sessions() as open_session:
        if not open_session.execute(text("select count(*) from geo.zone")).scalar_one():
            fill(open_session)
        yield open_session
        open_session.rollback()


def fill(session):
    builders.add_district(session, "GM0034", box(0, 0, 1000), level="gemeente")
    builders.add_district(session, "WK003401", box(0, 0, 1000), level="wijk", parent="GM0034")
    for n in range(20):
        builders.add_green(session, f"G{n}", box(n * 50, 0, 50, 1000))
    builders.assume_managed(session, "G0034")
    builders.rebuild(session)
    for n, state in enumerate(STATES):
        period = (date(2020, 1, 1), date(2022, 1, 1)) if state == "ended" else (date(2020, 1, 1), None)
        more = {"reserved_until": SOON} if state == "draft" else {}
        builders.add_adoption(session, box(n * 60, 10, 40), state=state, period=period, **more)
    for n, (name, hidden) in enumerate((("Zaaien", None), ("Gieten", LONG_AGO))):
        builders.add_idea(session, name, 20 + n, 900, confirmed_at=LONG_AGO - timedelta(days=30), hidden_at=hidden)
    for n, disclosure in enumerate(DISCLOSURES):
        add_zone(session, 300 * n, disclosure, "forbidden")
        add_zone(session, 300 * n + 120, disclosure, "needs_consent")
    session.commit()


def add_zone(session, x, disclosure, effect="forbidden"):
    shape, name = box(x, 500, 80), f"{disclosure} {x}"
    told = {"kind": "kabels", "effect": effect, "disclosure": disclosure, "name": name, "valid": (date(2020, 1, 1), None)}
    return builders.insert(session, "zone", register_id=name, geom=shape, **told)


def versions(session):
    return {layer.id: version(session, layer) for layer in PUBLIC}


def contents(session, layers=PUBLIC):
    found = {layer.id: [] for layer in layers}
    for day in DAYS:
        session.execute(text("select set_config('geo.as_of', :day, true)"), {"day": str(day or "")})
        for layer in layers:
            found[layer.id].append(session.execute(text(CONTENT.format(layer.id))).scalar_one())
    session.execute(text("select set_config('geo.as_of', '', true)"))
    return found


def changes_of(session, table):
    """A change of every column, as far as its table allows it."""
    columns = session.execute(
        text(
            """select column_name, data_type from information_schema.columns
               where table_schema = 'geo' and table_name = :table and is_generated = 'NEVER' and column_name <> 'id'"""
        ),
        {"table": table},
    )
    for name, kind in columns.all():
        for value in [f"'{word}'" for word in WORDS.get(name, ())] or [OTHERWISE.get(kind, "{0}").format(name)]:
            yield f"update geo.{table} set {name} = {value}"
    yield f"delete from geo.{table}"


@pytest.mark.parametrize("table", ["zone", "adoption", "plot", "initiative"])
def test_no_layer_changes_without_its_version(session, table):
    """Every column of every table with a part that others may see."""
    reading = text("select id from geo.published_layer where :part = any (tables)")
    read = set(session.scalars(reading, {"part": f"{table}: public"}))
    layers = [layer for layer in PUBLIC if layer.id in read]
    content, told = contents(session, layers), versions(session)
    changed = 0
    for change in changes_of(session, table):
        try:
            with session.begin_nested() as undone:
                session.execute(text(change))
                now, then = contents(session, layers), versions(session)
                assert [name for name in now if now[name] != content[name] and then[name] == told[name]] == [], change
                changed += now != content
                undone.rollback()
        except Exception as error:
            if not isinstance(getattr(error, "orig", None), psycopg.Error):
                raise
    assert changed


HIDDEN = {
    "a zone is made": "insert into geo.zone (register_id, kind, effect, disclosure, valid, geom) "
    "select 'nieuw', 'ecologie', 'forbidden', 'hidden', valid, st_translate(geom, 0, 90) from geo.zone where disclosure = 'hidden' limit 1",
    "a zone moves": "update geo.zone set geom = st_translate(geom, 5, 5) where disclosure = 'hidden'",
    "a zone is told by name": "update geo.zone set disclosure = 'named' where disclosure = 'hidden'",
    "a named zone": "update geo.zone set name = 'Nest', effect = 'warn', valid = daterange(null, '2031-01-01') where disclosure = 'named'",
    "a zone goes": "delete from geo.zone where disclosure <> 'public'",
    "a public zone is written again": "update geo.zone set name = name, source = 'Ander register' where disclosure = 'public'",
    "staff takes up a request": "update geo.adoption set state = 'in_review' where state = 'submitted'",
    "staff looks at the ground": "update geo.adoption set state = 'site_visit' where state = 'in_review'",
    "an agreement is written": "update geo.adoption set state = 'agreement_draft' where state = 'site_visit'",
    "staff wants it better": "update geo.adoption set state = 'improvement' where state = 'active'",
    "notice is given": "update geo.adoption set state = 'notice_given' where state = 'active'",
    "a plan": "update geo.adoption set plan = 'Meer bloemen', measures = '{litter}'",
    "a reservation that lapsed": "update geo.adoption set plan = 'x' where state = 'draft' and reserved_until < now()",
    "a pause": "insert into geo.pause (adoption_id, period) "
    "select id, daterange('2020-06-01', null) from geo.adoption where state = 'active'",
    "somebody else is the contact": """with other as (insert into geo.person (email) values ('ander@example.nl') returning id),
        member as (insert into geo.initiative_member (initiative_id, person_id, effort)
          select i.id, o.id, 'once' from geo.initiative i, other o)
        update geo.initiative set contact_id = other.id from other""",
    "an idea that nobody confirmed": "update geo.initiative set story = 'Nog niet', kind = 'street' where confirmed_at is null",
    "why an idea is hidden": "update geo.initiative set hidden_because = 'Scheldwoord' where hidden_at is not null",
    "the name of who withdrew": "update geo.initiative set name = 'Anders' where id in "
    "(select initiative_id from geo.adoption where state in ('submitted', 'withdrawn'))",
    "a raster for staff": "insert into geo.raster_edition (layer, day, file, sha256, size_bytes, width, height, cell_m, left_m, top_m, "
    "source, licence, owner) values ('geheim', '2024-01-01', 'geheim.tif', '', 1, 1, 1, 1, 0, 0, '', '', '')",
}


@pytest.mark.parametrize("change", HIDDEN)
def test_what_is_hidden_moves_no_public_version(session, change):
    session.execute(text("update geo.adoption set reserved_until = now() - interval '3 days' where state = 'withdrawn'"))
    before, content = versions(session), contents(session)
    done = session.execute(text(HIDDEN[change]))
    assert done.rowcount or "lapsed" in change
    assert contents(session) == content
    assert versions(session) == before


def test_ground_that_was_reserved_until_yesterday_is_nobodys_business(session):
    """A reservation is shown until the end of its last day in Amsterdam: its pieces are then as hidden as the draft itself."""
    session.execute(text("reset role"))
    midnight = session.scalar(text("select date_trunc('day', now(), 'Europe/Amsterdam')"))
    draft = builders.add_adoption(session, box(100, 700, 30), state="draft", reserved_until=midnight - timedelta(seconds=1))
    before = versions(session)
    gone = text("delete from geo.adoption_piece where adoption_id = :id")
    assert session.execute(gone, {"id": draft}).rowcount
    assert versions(session) == before
    shown = builders.add_adoption(session, box(200, 700, 30), state="draft", reserved_until=midnight + timedelta(seconds=1))
    before = versions(session)
    assert session.execute(gone, {"id": shown}).rowcount
    assert versions(session) != before


def test_a_draft_that_reserves_nothing_is_nobodys_business(session):
    before = versions(session)
    draft = builders.add_adoption(session, box(100, 700, 30), state="draft")
    session.execute(text("update geo.adoption set geom = st_translate(geom, 9, 0) where id = :id"), {"id": draft})
    session.execute(text("update geo.adoption set state = 'withdrawn' where id = :id"), {"id": draft})
    assert versions(session) == before


@pytest.mark.parametrize(
    ("change", "layers"),
    [
        ("update geo.zone set geom = st_translate(geom, 5, 5) where disclosure = 'public'", {"beschikbaar_groen"}),
        ("update geo.zone set disclosure = 'public' where disclosure = 'hidden'", {"beschikbaar_groen"}),
        ("delete from geo.zone where disclosure = 'public'", {"beschikbaar_groen"}),
        ("update geo.plot set name = 'Hof'", {"zelfbeheerplekken"}),
        ("update geo.initiative set story = 'Anders' where confirmed_at is not null", {"ideeen", "initiatieven"}),
    ],
)
def test_what_others_see_moves_the_versions_of_its_layers(session, change, layers):
    before = versions(session)
    session.execute(text(change))
    after = versions(session)
    assert {name for name in after if after[name] != before[name]} == layers
