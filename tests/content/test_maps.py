"""Every map of the content: what it says of itself, and what it draws."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from geo_service.cartography import assets
from geo_service.cartography.document import served
from geo_service.cartography.features import spoken
from geo_service.cartography.folium_map import draw
from geo_service.cartography.registry import as_markdown, load_maps
from geo_service.cartography.view import MapParts, view_of
from geo_service.catalogue.registry import load_catalogue
from geo_service.content import content_root
from geo_service.errors import InvalidInput, NotFound, SetupError
from tests.conftest import ROOT, Database
from tests.small_town import HOSTILE, build

CATALOGUE = load_catalogue(content_root())
MAPS = load_maps(content_root(), CATALOGUE)
DAY = date(2026, 11, 1)
every_map = pytest.mark.parametrize("map_id", sorted(MAPS))


@pytest.fixture(scope="module")
def town(module_database: Database) -> Iterator[Session]:
    with module_database.sessions() as session:
        build(session)
        yield session


def drawn(
    session: Session, map_id: str, level: str | None = None, at: date = DAY, language: str = "nl", within: str | None = None
) -> MapParts:
    return draw(session, MAPS[map_id], CATALOGUE, view_of(MAPS[map_id], level, at, language, within))  # type: ignore[arg-type]


def features(parts: MapParts) -> list[dict]:
    """All GeoJSON features in a drawn map."""
    found = re.findall(r"_add\((\{.*?\"type\": \"FeatureCollection\"\})\);", parts.script, re.S)
    return [feature for text in found for feature in json.loads(text)["features"]]


@every_map
def test_is_never_more_public_than_its_layers(map_id: str) -> None:
    layers = [CATALOGUE[layer] for layer in MAPS[map_id].layers()]
    assert MAPS[map_id].audience == "staff" or {layer.audience for layer in layers} == {"public"}


@every_map
def test_names_columns_that_its_layers_have(map_id: str) -> None:
    if plots := MAPS[map_id].plots:
        assert set(re.findall(r"\{(\w+)\}", " ".join(plots.tooltip.nl + plots.tooltip.en))) <= CATALOGUE[plots.layer].columns.keys()


def test_the_readme_is_written_from_the_maps() -> None:
    assert (ROOT / "maps" / "README.md").read_text() == as_markdown(MAPS), "geo-service maps list --markdown > maps/README.md"


@every_map
@pytest.mark.parametrize("language", ["nl", "en"])
def test_draws_every_level_from_our_own_files(town: Session, map_id: str, language: str) -> None:
    for level in MAPS[map_id].choropleth.levels:
        parts = drawn(town, map_id, level, language=language)
        document = served(parts, lambda name: f"/static/{name}", "abc")
        assert re.findall(r"""(?:src|href)=["'](?!/static/|data:)[^"']+""", document) == []
        assert not re.search(r"(?<!xmlns=\")https?://", document)
        assert f'<html lang="{language}">' in document
        assert "user-scalable=no" not in document
        assert len(document) < 1_000_000
        assert parts.assets == ["map.js", "map.css"]


@every_map
def test_gives_scripts_and_styles_the_nonce(town: Session, map_id: str) -> None:
    document = served(drawn(town, map_id), lambda name: name, "abc")
    tags = re.findall(r"<(?:script|style)\b[^>]*>", document)
    assert tags
    assert [tag for tag in tags if 'nonce="abc"' not in tag] == []


def test_classes_hatches_and_values_are_those_of_the_figures(town: Session) -> None:
    told = {each["id"]: each["properties"] for each in features(drawn(town, "dekking")) if "class" in each["properties"]}
    # 6 x 1600, 2 x 400, 12 x 900 and 0 of 450,000 m² of managed green
    assert {code: (each["class"], each["few"], each["value"]) for code, each in told.items()} == {
        "WK003401": (2, False, "2,1%"),
        "WK003402": (0, True, "0,2%"),
        "WK003417": (2, False, "2,4%"),
        "WK003418": (-1, False, "0,0%"),
    }


def test_values_are_escaped_where_leaflet_shows_html(town: Session) -> None:
    parts = drawn(town, "dekking")
    named = next(each["properties"] for each in features(parts) if each["id"] == "WK003402")
    assert named["label"] == HOSTILE
    assert "<" not in named["line0"]
    assert "<script>window" not in parts.script


def test_a_past_day_shows_the_plots_of_that_day(town: Session) -> None:
    for day, plots in ((DAY, 20), (date(2018, 6, 1), 4), (date(2017, 6, 1), 0)):
        assert sum(each["id"].startswith("PL-") for each in features(drawn(town, "dekking", at=day))) == plots


def test_too_many_plots_are_counted_on_a_grid(town: Session) -> None:
    few = MAPS["dekking"].plots.model_copy(update={"inline_limit": 19})  # type: ignore[union-attr]
    definition = MAPS["dekking"].model_copy(update={"plots": few})
    parts = draw(town, definition, CATALOGUE, view_of(definition, None, DAY, "nl"))
    points = [each["properties"]["line0"] for each in features(parts) if each["geometry"]["type"] == "Point"]
    assert sum(int(text.removeprefix("Plekken: ")) for text in points) == 20
    assert not any(each["id"].startswith("PL-") for each in features(parts))


def test_within_a_stadsdeel_only_its_wijken_are_coloured(town: Session) -> None:
    parts = drawn(town, "dekking", within="SD1")
    codes = {each["id"] for each in features(parts) if each["id"].startswith("WK")}
    assert codes == {"WK003401", "WK003402", "WK003417", "WK003418"}
    assert re.findall(r'data-class="2".*?<span>(\d+)</span>', parts.body) == ["1"]


def test_an_unknown_asset_stops_the_map(town: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(assets.OURS, f"{assets.LEAFLET}/leaflet.js")
    with pytest.raises(SetupError, match=r"leaflet\.js, which is not served by us"):
        drawn(town, "dekking")


def test_an_unknown_level_is_told_with_the_known_ones() -> None:
    with pytest.raises(InvalidInput, match="stadsdelen, wijken, buurten"):
        view_of(MAPS["dekking"], "straten", DAY, "nl")


def test_an_empty_database_still_gives_a_map(session: Session) -> None:
    assert "zelfbeheer.finish" in drawn(session, "dekking").script


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("dekking_wijken", "niet_maaien"), "is public, but its layer niet_maaien is for staff"),
        (("dekking_wijken", "nergens"), "shows layer nergens, which does not exist"),
        (("0.02, 0.035", "0.035, 0.02"), "breaks must rise"),
        (('"#f7e9cf", ', ""), "palette needs one colour more than there are breaks"),
        (('default = "wijken"', 'default = "straten"'), "default must be one of"),
        (('column = "dekking"', 'column = "dekkink"'), "asks for column dekkink, which layer dekking_stadsdelen does not have"),
        (("{plekken}", "{plakken}"), "asks for column plakken"),
        (('count = "plekken"', ""), "few belongs with count"),
        (("[plots]", '[raster]\nlayer = "dekking_wijken"\ntitle = { nl = "a", en = "b" }\n[plots]'), "shows layer dekking_wijken"),
    ],
)
def test_a_wrong_map_is_told_with_its_file(tmp_path: Path, content: Path, change: tuple[str, str], fault: str) -> None:
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "dekking.toml").write_text((content / "maps" / "dekking.toml").read_text().replace(*change))
    with pytest.raises(SetupError) as told:
        load_maps(tmp_path, CATALOGUE)
    assert fault in told.value.details["errors"][0]["text"]
    assert told.value.details["errors"][0]["where"].startswith("dekking.toml")


def test_a_staff_map_does_not_exist_for_others() -> None:
    staff = MAPS["dekking"].model_copy(update={"audience": "staff"})
    maps = type(MAPS)([staff])
    assert maps.find("dekking", staff=True) is staff
    with pytest.raises(NotFound):
        maps.find("dekking", staff=False)


@pytest.mark.parametrize(("value", "told"), [(12.34, "+12,3"), (-12.34, "-12,3"), (-0.04, "0,0"), (0.04, "0,0"), (None, "–")])
def test_a_difference_is_told_with_its_sign_unless_it_reads_as_nothing(value: float | None, told: str) -> None:
    assert spoken(value, "procentpunt", "nl") == told
