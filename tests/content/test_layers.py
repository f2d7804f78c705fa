"""Every layer in layers/: the view is what its definition says, for whom it says, and shows any day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from geo_service.adoptions.states import PUBLIC_STATUS
from geo_service.catalogue import read
from geo_service.catalogue.check import faults_of
from geo_service.catalogue.kinds import kinds
from geo_service.catalogue.registry import as_markdown, load_catalogue
from geo_service.catalogue.sources import CELLS_OF
from geo_service.catalogue.versions import CELLS
from geo_service.catalogue.views import publish
from geo_service.content import content_root
from geo_service.days import day_of
from geo_service.db.engine import make_engine, transaction
from geo_service.errors import SetupError
from tests import builders
from tests.builders import box

LAYERS = sorted(path.stem for path in (content_root() / "layers").glob("*.sql"))
PUBLIC = ["achtergrond", "buurten", "dekking_buurten", "dekking_stadsdelen", "dekking_wijken", "groenobjecten", "stadsdelen", "wijken"]


@pytest.fixture(params=LAYERS)
def layer(request, catalogue):
    return catalogue[request.param]


def test_the_layers_of_the_design_are_there(catalogue):
    public, all_layers = ({layer.id for layer in catalogue.visible(staff=staff)} for staff in (False, True))
    assert public == {
        *PUBLIC,
        "zelfbeheerplekken",
        "beschikbaar_groen",
        "initiatieven",
        "ideeen",
        "groenaandeel_buurten",
        "groenaandeel_wijken",
    }
    assert all_layers - public == {"niet_maaien", "aanvragen", "registerwijzigingen", "zones"}


def test_a_view_is_what_its_definition_says(layer, town, database):
    with psycopg.connect(database.url) as connection:
        columns = connection.execute(
            """select a.attname, col_description(a.attrelid, a.attnum) from pg_attribute a
               where a.attrelid = format('layers.%%I', %s::text)::regclass and a.attnum > 0 order by a.attnum""",
            [layer.id],
        ).fetchall()
        comment = connection.execute("select obj_description(format('layers.%%I', %s::text)::regclass)", [layer.id]).fetchone()
        frame = read(database.url, layer.id)
    assert [name for name, _ in columns] == list(layer.view_columns)
    assert all(layer.columns[name].title in told for name, told in columns if name in layer.columns)
    assert comment is not None
    assert layer.title in comment[0]
    assert len(frame) > 0
    assert frame[layer.key].is_unique
    assert set(frame.geom_type) == {layer.geometry}
    for name, column in layer.columns.items():
        if column.values:
            assert set(frame[name]) <= set(column.values)


def test_a_view_is_for_its_audience_and_its_tables_are_for_nobody(layer, town, database):
    with psycopg.connect(database.url, autocommit=True) as connection:
        for role in ("geo_public", "geo_staff"):
            connection.execute(f"set role {role}")
            if role == "geo_public" and layer.audience == "staff":
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(f"select * from layers.{layer.id}")
            else:
                assert connection.execute(f"select * from layers.{layer.id}").fetchall()
            for table in ("adoption", "pause", "person", "green_object", "event", "district"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(f"select * from geo.{table}")


def test_plots_have_the_public_words_of_their_states(town, database):
    plots = {tuple(map(round, row.geometry.bounds[:1])): row for row in read(database.url, "zelfbeheerplekken").itertuples()}
    shown = {int(x[0] - town.corner[0]): row.status for x, row in plots.items()}
    assert shown == {0: "geadopteerd", 40: "geadopteerd", 120: "aangevraagd", 160: "aangevraagd", 200: "gereserveerd"}
    kept = [row for row in plots.values() if row.status == "geadopteerd"]
    assert {row.sinds_jaar for row in kept} == {2018}
    assert [round(row.oppervlakte_m2) for row in plots.values()] == [200] * 5


@pytest.mark.parametrize("state", sorted(PUBLIC_STATUS))
def test_every_state_is_shown_with_its_word(state, database):
    today = day_of(datetime.now(UTC))
    with transaction(database.sessions) as session:
        until = today + timedelta(days=2) if state == "draft" else None
        period = (today - timedelta(days=9), today if state == "ended" else None)
        builders.add_adoption(session, box(0, 0, 10), state=state, period=period, reserved_until=until)
    shown = list(read(database.url, "zelfbeheerplekken").status)
    assert shown == ([] if PUBLIC_STATUS[state] == "vrij" else [PUBLIC_STATUS[state]])


def test_a_plot_is_shown_once_and_kept_goes_before_asked(database):
    with transaction(database.sessions) as session:
        today = day_of(datetime.now(UTC))
        plot = builders.insert(session, "plot", name="Plek")
        for state in ("submitted", "in_review", "active"):
            builders.add_adoption(session, box(0, 0, 10), state=state, period=(today, None), plot_id=plot)
        asked = builders.insert(session, "plot", name="Plek")
        for state in ("submitted", "submitted", "draft", "agreement_draft"):
            builders.add_adoption(session, box(50, 0, 10), state=state, period=(today, None), plot_id=asked, reserved_until=today)
    shown = read(database.url, "zelfbeheerplekken")
    assert sorted(shown.status) == ["aangevraagd", "geadopteerd"]


def test_a_smaller_adoption_after_handing_back_keeps_its_first_year(database):
    with transaction(database.sessions) as session:
        first = builders.add_adoption(session, box(0, 0, 20), state="ended", period=(builders.date(2016, 3, 1), builders.date(2022, 3, 1)))
        second = builders.add_adoption(session, box(0, 0, 10), period=(builders.date(2022, 3, 1), None), follows_id=first)
        assert second
    assert list(read(database.url, "zelfbeheerplekken").sinds_jaar) == [2016]


def test_a_day_in_the_past_shows_what_was_kept_then(town, database):
    then = read(database.url, "zelfbeheerplekken", at=town.long_ago)
    assert sorted(round(x - town.corner[0]) for x in then.bounds.minx) == [0, 40, 80]
    assert set(then.status) == {"geadopteerd"}
    assert read(database.url, "zelfbeheerplekken", at=town.long_ago - timedelta(days=1)).empty
    assert "OUD" in set(read(database.url, "groenobjecten", at=builders.date(2014, 1, 1)).lokaal_id)
    assert "OUD" not in set(read(database.url, "groenobjecten").lokaal_id)
    assert read(database.url, "dekking_wijken", at=town.long_ago).plekken.sum() == 3
    assert read(database.url, "dekking_wijken").plekken.sum() == 2


def test_crews_leave_what_is_kept_and_not_paused(town, database):
    now = read(database.url, "niet_maaien").set_index("adoptie_id")
    paused, whole = str(town.kept["paused"]), str(town.kept["active"])
    assert set(now.index) == {paused, whole}
    assert now.oppervlakte_m2.round().to_dict() == {whole: 200, paused: 100}
    assert now.geometry[paused].bounds[2] == town.corner[0] + 50
    assert now.maatregelen[paused] == "watering, weeding"
    later = read(database.url, "niet_maaien", at=town.today + timedelta(days=10)).set_index("adoptie_id")
    assert later.oppervlakte_m2.round()[paused] == 200


def test_a_pause_never_shows_in_public(town, database, catalogue):
    before = {layer.id: read(database.url, layer.id).to_wkt().to_csv() for layer in catalogue.visible(staff=False)}
    with transaction(database.sessions) as session:
        session.execute(text("delete from geo.pause"))
    assert {layer.id: read(database.url, layer.id).to_wkt().to_csv() for layer in catalogue.visible(staff=False)} == before


def test_coverage_layers_add_up(town, database):
    figures = ["groen_m2", "beheerd_m2", "geadopteerd_m2", "oppervlakte_m2"]
    sums = [read(database.url, f"dekking_{level}")[figures].sum() for level in ("buurten", "wijken", "stadsdelen")]
    assert abs(sums[0] - sums[1]).max() < 1e-4
    assert abs(sums[0] - sums[2]).max() < 1e-4
    assert sums[0].geadopteerd_m2 == pytest.approx(400)


def test_every_table_that_a_layer_reads_counts_its_changes(database):
    """Otherwise an ETag would call old content new."""
    with psycopg.connect(database.url) as connection:
        read_tables = dict(connection.execute("select id, tables from geo.published_layer").fetchall())
        counted = connection.execute(
            """select c.relname || case when p.proname = 'count_change' then '' else ': public' end
               from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
               where p.proname in ('count_change', 'count_public_' || c.relname)""",
        ).fetchall()
    assert read_tables["zelfbeheerplekken"] == ["adoption: public", "plot: public"]
    assert {"green_sum", "adoption: public", "adoption_district: public", "district"} <= set(read_tables["dekking_wijken"])
    seen = {table for tables in read_tables.values() for table in tables} - {"event"}  # an event comes with the change that it tells
    cells = {table for table in seen if table.startswith(CELLS_OF)}  # a part of these three for each raster
    assert seen - cells | {f"{table}: public" for table in CELLS} <= {name for (name,) in counted}


def test_qgis_finds_system_and_type_of_every_geometry(database, catalogue):
    with psycopg.connect(database.url) as connection:
        rows = connection.execute(
            "select f_table_name, f_geometry_column, type, srid, coord_dimension from geometry_columns where f_table_schema = 'layers'"
        ).fetchall()
    expected = {
        (layer.id, name): int(name[-4:]) if name[-4:].isdigit() else 28992
        for layer in catalogue.values()
        for name in layer.view_columns
        if name.startswith(("geometrie", "omhullende"))
    }
    assert {(table, name): srid for table, name, _, srid, _ in rows} == expected
    kinds = {(table, kind.upper(), dimension) for table, _, kind, _, dimension in rows}
    assert kinds == {(layer.id, layer.geometry.upper(), 2) for layer in catalogue.values()}


def test_the_table_of_layers_is_up_to_date(catalogue, content):
    assert (content / "layers/README.md").read_text() == as_markdown(catalogue)


def test_an_unchanged_view_is_left_alone_and_a_missing_one_comes_back(database, catalogue):
    owner = make_engine(database.url, role="geo_owner", pool_size=1)
    assert publish(owner, catalogue) == []
    with owner.begin() as connection:
        connection.execute(text("drop view layers.wijken"))
    assert publish(owner, catalogue) == ["wijken"]
    owner.dispose()


def test_a_new_layer_needs_two_files_and_leaves_when_they_leave(database, content, tmp_path):
    write(tmp_path, "bomen_test", "key = 'code'", "select d.code, d.geom as geometrie from geo.district d")
    owner = make_engine(database.url, role="geo_owner", pool_size=1)
    assert "bomen_test" in publish(owner, load_catalogue(tmp_path))
    write(tmp_path, "bomen_test", "key = 'code'", "select d.name || d.code as code, d.geom as geometrie from geo.district d")
    assert publish(owner, load_catalogue(tmp_path)) == ["bomen_test"]
    (tmp_path / "layers/bomen_test.toml").unlink()
    assert "bomen_test" in publish(owner, load_catalogue(tmp_path))
    with owner.begin() as connection:
        assert connection.execute(text("select to_regclass('layers.bomen_test')")).scalar_one() is None
    owner.dispose()


def test_a_view_that_is_being_read_is_changed_as_soon_as_it_is_free(database, content, tmp_path):
    write(tmp_path, "bomen_test", "key = 'code'", "select d.code, d.geom as geometrie from geo.district d")
    owner = make_engine(database.url, role="geo_owner", pool_size=1)
    publish(owner, load_catalogue(tmp_path))
    (tmp_path / "layers/bomen_test.toml").unlink()
    with psycopg.connect(database.url) as reader, ThreadPoolExecutor() as threads:
        reader.execute("lock table layers.bomen_test in access share mode")
        published = threads.submit(publish, owner, load_catalogue(tmp_path))
        with pytest.raises(TimeoutError):
            published.result(2.5)  # longer than it waits in one attempt
        reader.rollback()
        assert "bomen_test" in published.result(60)
    owner.dispose()


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("select d.code, d.geom as geometrie from geo.district d; drop table geo.plot", "exactly one SELECT"),
        ("delete from geo.plot", "exactly one SELECT"),
        ("with x as (delete from geo.plot returning id) select d.code, d.geom as geometrie from geo.district d", "only read"),
        ("select * from geo.district", "names its columns"),
        ("select d.geom as geometrie, d.code from geo.district d", "declared are"),
        ("select e.note as code, null::geometry as geometrie from geo.event e", "may not read event"),
        ("select where where", "not SQL"),
        ("", "exactly one SELECT"),
    ],
)
def test_a_wrong_query_is_told_before_it_runs(tmp_path, sql, fault):
    write(tmp_path, "fout", "key = 'code'", sql)
    assert fault in " ".join(faults_of(load_catalogue(tmp_path)["fout"]))


def test_all_mistakes_of_all_definitions_are_told_at_once(tmp_path):
    write(tmp_path, "een", "key = 'weg'", "")
    write(tmp_path, "twee", "key = 'code'\nkleur = 'rood'", "")
    with pytest.raises(SetupError) as told:
        load_catalogue(tmp_path)
    assert [fault["where"].split(".toml")[0] for fault in told.value.details["errors"]] == ["een", "twee"]


@pytest.mark.parametrize(("column", "fault"), [("kind", "versie"), ("colour", "edits.columns")])
def test_a_layer_that_can_be_edited_tells_versions_and_columns_that_its_register_knows(tmp_path, column, fault):
    write(tmp_path, "fout", f'key = "code"\nedits = {{ through = "zones", columns = {{ code = "{column}" }} }}', "")
    with pytest.raises(SetupError) as told:
        load_catalogue(tmp_path)
    assert fault in str(told.value.details["errors"])


def write(folder: Path, layer_id: str, more: str, sql: str) -> None:
    """A layer in a folder of its own."""
    (folder / "layers").mkdir(exist_ok=True)
    (folder / f"layers/{layer_id}.sql").write_text(sql)
    (folder / f"layers/{layer_id}.toml").write_text(f"""
title = "Test"
summary = "Een test."
audience = "public"
licence = "CC0-1.0"
owner = "Ons"
source = "Ons"
updated = "nooit"
geometry = "MultiPolygon"
{more}
[columns]
code = {{ title = "Code" }}
[style]
look = {{ title = "Test", fill = "#ffffff" }}
""")


def test_every_column_has_a_kind(layer, session):
    known = kinds(session, layer)
    assert list(known) == list(layer.columns)
    assert all(known[name] in ("integer", "number") for name, column in layer.columns.items() if column.unit in ("m²", "ha"))
