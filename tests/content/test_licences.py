"""Licences, sources and the log of layers: what is told of a layer is known, and true of where it comes from."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

import pytest
from sqlalchemy import text

from geo_service.catalogue.changes import newest
from geo_service.catalogue.licences import LICENCES, OF_REGISTERS
from geo_service.catalogue.registry import Catalogue, load_catalogue
from geo_service.catalogue.sources import FED_BY, feeding, kinds_of
from geo_service.catalogue.views import publish
from geo_service.content import content_root
from geo_service.db.engine import make_engine
from geo_service.db.tables import all_tables
from geo_service.errors import SetupError
from tests.content.test_layers import write

KEPT_SECRET = {"address"}


def test_no_layer_is_freer_than_the_registers_that_it_is_made_of(session):
    order = list(LICENCES)
    catalogue, kinds = load_catalogue(content_root()), kinds_of(session)
    freer = [
        (layer.id, layer.licence, kind)
        for layer in catalogue.visible(staff=False)
        for kind in kinds[layer.id]
        if kind in OF_REGISTERS and order.index(layer.licence) < order.index(OF_REGISTERS[kind])
    ]
    assert freer == []
    assert kinds["dekking_wijken"] == ("districts", "green", "management")
    assert kinds["zelfbeheerplekken"] == ()


def test_every_register_that_can_be_published_is_known_as_a_source():
    imported = {table.name for table in all_tables().tables.values() if "import_id" in table.c}
    assert imported - set(FED_BY) == KEPT_SECRET
    assert feeding(["green_sum", "plot"]) == ("districts", "green", "management")


@pytest.mark.parametrize(
    ("licence", "fault"),
    [('"CC-BY-NC-4.0"', "one of: CC0-1.0"), ('"CC-BY-4.0"\nlicence_url = "https://example.org/"', "licenses/by/4.0/deed.nl")],
)
def test_only_known_licences_with_their_own_deed(tmp_path, licence, fault):
    write(tmp_path, "proef", "key = 'code'", "select 'a' as code, null::geometry as geometrie")
    file = tmp_path / "layers/proef.toml"
    file.write_text(file.read_text().replace('"CC0-1.0"', licence))
    with pytest.raises(SetupError) as told:
        load_catalogue(tmp_path)
    assert fault in told.value.details["errors"][0]["text"]


def test_the_log_tells_what_became_of_a_layer(database, tmp_path):
    owner = make_engine(database.url, role="geo_owner", pool_size=1)

    def published(*swaps: tuple[str, str]) -> list[tuple[str, str | None]]:
        """Publish a folder of one layer, with other words in its file; what the public reads of that layer."""
        folder = Path(mkdtemp(dir=tmp_path))
        write(folder, "proef", "key = 'code'", "select 'a' as code, st_geomfromtext('multipolygon empty', 28992) as geometrie")
        file = folder / "layers/proef.toml"
        for before, after in swaps:
            file.write_text(file.read_text().replace(before, after))
        publish(owner, load_catalogue(folder))
        with database.sessions() as session:
            return [(change.what, change.title) for change in newest(session, 10, [], [], "proef")]

    better, secret = ('"Test"\nsummary', '"Beter"\nsummary'), ("public", "staff")
    new = [("new", "Test")]
    assert published() == new
    assert published() == new
    with owner.begin() as connection:
        connection.execute(text("drop view layers.proef"))  # as an upgrade of the tables does
    assert published() == new
    changed = [("changed", "Beter"), *new]
    assert published(better) == changed
    hidden = [("removed", "Beter"), *changed]
    assert published(better, secret) == hidden
    assert published(better, secret, ("Een test.", "Een geheim.")) == hidden
    assert published(better) == [("new", "Beter"), *hidden]
    publish(owner, Catalogue([]))
    with database.sessions() as session:
        [gone, *_] = newest(session, 10, [], [], "proef")
        assert gone.what == "removed"
        assert (datetime.now(UTC) - gone.moment).total_seconds() < 60
        rows = session.execute(text("select change from geo.layer_change where layer = 'buurten' order by id")).scalars()
        assert list(rows) == ["new", "removed"]
    owner.dispose()


def test_the_application_cannot_rewrite_the_log(session):
    for privilege in ("insert", "update", "delete"):
        assert not session.execute(text("select has_table_privilege('geo_app', 'geo.layer_change', :name)"), {"name": privilege}).scalar()
