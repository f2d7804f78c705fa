"""The map of coverage and its page in a real browser: on a desk, on a phone, by keyboard, without scripts, and offline."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect

from geo_service.words import number
from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.conftest import Server
from tests.small_town import build

LEGEND_AND_FILLS = """() => {
    const rows = [...document.querySelectorAll(".legend li[data-class]")];
    const colour = (path) => {
        const hatch = path.getAttribute("fill").match(/url\\(#(few-.*?)\\)/);
        return hatch ? document.querySelector(`#${hatch[1]} rect`).getAttribute("fill") : path.getAttribute("fill");
    };
    return {
        legend: Object.fromEntries(rows.map((row) => [row.dataset.class, row.querySelector("rect").getAttribute("fill")])),
        counts: Object.fromEntries(rows.map((row) => [row.dataset.class, Number(row.querySelector("span").textContent)])),
        fills: [...document.querySelectorAll(".leaflet-overlay-pane path.leaflet-interactive")].map((path) => ({
            colour: colour(path),
            hatched: path.getAttribute("fill").startsWith("url"),
            opacity: Number(getComputedStyle(path).fillOpacity) * Number(getComputedStyle(path).opacity),
        })),
    };
}"""
PAGE = "/kaarten/dekking"
WHOLE = f"{PAGE}?niveau=wijken"
PAGES = [PAGE, f"{PAGE}?niveau=stadsdelen&at=2020-01-01", f"{PAGE}?stadsdeel=SD1&taal=en", "/kaarten/groenaandeel"]


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_accessible_and_fits(read_only_town: Server, visit: Visitor, address: str, size: tuple[int, int]) -> None:
    seen = visit(read_only_town.url + address, size)
    assert seen.faults_of_axe() == []
    assert seen.faults_of_axe(seen.map) == []
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_tab_goes_along_the_controls_of_the_map(read_only_town: Server, visit: Visitor) -> None:
    seen = visit(f"{read_only_town.url}/maps/dekking")
    seen.page.locator("html[data-ready]").wait_for()
    stops = []
    for _ in range(6):
        seen.page.keyboard.press("Tab")
        stops.append(seen.page.evaluate("document.activeElement.tagName.toLowerCase()"))
    assert "path" not in stops
    assert {"a", "summary"} <= set(stops)


def test_the_cells_of_a_raster_are_explained_while_they_are_shown(demo_server: Server, visit: Visitor) -> None:
    page = visit(f"{demo_server.url}/maps/groenaandeel").page
    page.locator("html[data-ready]").wait_for()
    legend = page.locator(".legend .cells")
    expect(legend).to_be_hidden()
    page.locator(".leaflet-control-layers-toggle").press("Enter")
    page.get_by_role("checkbox", name="Groenkaart").press("Space")
    expect(legend).to_contain_text("80% en meer")
    page.get_by_role("checkbox", name="Groenkaart").press("Space")
    expect(legend).to_be_hidden()


def test_everything_comes_from_this_server(read_only_town: Server, visit: Visitor) -> None:
    seen = visit(read_only_town.url + WHOLE)
    seen.map.locator("path.leaflet-interactive").first.hover()
    assert seen.asked
    assert [address for address in seen.asked if not address.startswith((read_only_town.url, "data:"))] == []


def test_drawn_fills_are_the_colours_of_the_legend(read_only_town: Server, visit: Visitor) -> None:
    drawn = visit(read_only_town.url + WHOLE).map
    told = drawn.evaluate(LEGEND_AND_FILLS)
    classes = {name: colour for name, colour in told["legend"].items() if name != "few"}
    assert {fill["opacity"] for fill in told["fills"]} == {1}
    assert {name: sum(fill["colour"] == colour for fill in told["fills"]) for name, colour in classes.items()} == {
        name: count for name, count in told["counts"].items() if name != "few"
    }
    assert sum(fill["hatched"] for fill in told["fills"]) == told["counts"]["few"] == 1


@pytest.mark.parametrize("level", ["stadsdeel", "wijk"])
@pytest.mark.parametrize("at", ["2019-01-01", "2026-11-01"])
def test_the_table_gives_the_figures_of_the_api(read_only_town: Server, visit: Visitor, level: str, at: str) -> None:
    asked = "stadsdelen" if level == "stadsdeel" else "wijken"
    table = rows(visit(f"{read_only_town.url}{PAGE}?niveau={asked}&at={at}").page)
    answer = httpx2.get(f"{read_only_town.url}/api/v1/coverage", params={"level": level, "at": at}).json()
    told = {each["code"]: (number(each["managedM2"]), number(each["adoptedM2"]), str(each["plots"])) for each in answer["districts"]}
    assert {code: (row[0], row[1], row[3]) for code, row in table.items()} == told


def test_the_map_says_what_the_table_says(read_only_town: Server, visit: Visitor) -> None:
    seen = visit(read_only_town.url + WHOLE)
    names = dict(zip(*[seen.page.locator(f"#tabel tbody {cell}").all_inner_texts() for cell in ("th", ".share > span")], strict=True))
    labels = [text.rsplit("\n", 1) for text in seen.map.locator(".label").all_inner_texts()]
    assert labels
    assert [(name, value) for name, value in labels if names[name] != value] == []


def test_the_page_opens_with_the_stadsdeel_of_the_map(read_only_town: Server, visit: Visitor) -> None:
    page = visit(read_only_town.url + PAGE).page
    expect(page.locator(".chips [aria-current]")).to_have_text("Haven")
    expect(page.locator("#tabel tbody tr")).to_have_count(2)
    page.get_by_role("link", name="Heel Almere").click()
    expect(page.locator("#tabel tbody tr")).to_have_count(4)


def test_by_keyboard_past_the_map_and_to_another_level(read_only_town: Server, visit: Visitor) -> None:
    page = visit(read_only_town.url + WHOLE).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Naar de inhoud"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhoud"
    reached = [tab(page) for _ in range(40)]
    assert "iframe" in reached
    assert "maand" in reached[reached.index("iframe") :], "the keyboard is trapped in the map"
    page.locator(".toggle a", has_text="Stadsdelen").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#tabel tbody tr")).to_have_count(2)
    expect(page).to_have_url(re.compile("niveau=stadsdelen"))


def tab(page: Page) -> str:
    page.keyboard.press("Tab")
    return page.evaluate("document.activeElement.id || document.activeElement.localName")


def test_the_slider_changes_figures_table_and_map_together(read_only_town: Server, visit: Visitor) -> None:
    seen = visit(read_only_town.url + WHOLE)
    assert "1 plek" not in seen.page.locator("#cijfers").inner_text()
    slider = seen.page.locator("#maand")
    slider.focus()
    slider.press("Home")
    seen.page.wait_for_url("**at=2018-01-01**")
    seen.page.locator(".map-frame iframe[src*='at=2018-01-01']").wait_for()
    expect(seen.page.locator(".map-frame iframe")).to_have_count(1)
    expect(seen.page.locator("output")).to_have_text("1 januari 2018")
    expect(seen.page.locator("#tabel caption")).to_contain_text("1 januari 2018")
    expect(seen.page.locator("#cijfers dd").first).to_have_text("0,0 ha")
    expect(seen.map.locator(".legend [data-class='-1'] span")).to_have_text("4")


def test_days_that_are_asked_faster_than_answered_show_the_newest(read_only_town: Server, visit: Visitor) -> None:
    seen = visit(read_only_town.url + WHOLE)
    page, slow = seen.page, []
    seen.map.locator(".legend").wait_for()
    page.route("**/dekking?*at=2018-01-01*", lambda route: slow.append(route))
    with page.expect_request("**/kaarten/dekking?*at=2018-01-01*"):
        page.locator("#maand").press("Home")
    page.locator("#maand").press("ArrowRight")
    expect(page.locator("#tabel caption")).to_contain_text("1 februari 2018")
    with page.expect_response("**/kaarten/dekking?*at=2018-01-01*"):
        slow.pop().continue_()
    page.locator("#maand").press("ArrowRight")
    expect(page.locator(".map-frame iframe[src*='at=2018-03-01']")).to_have_count(1)
    expect(page.locator(".map-frame iframe")).to_have_count(1)
    expect(page.locator("#tabel caption")).to_contain_text("1 maart 2018")
    assert slow == [], "a map of the day that was passed over"


def test_play_goes_to_today_and_can_be_stopped(read_only_town: Server, visit: Visitor) -> None:
    page = visit(read_only_town.url + WHOLE).page
    page.get_by_role("button", name="Speel af").click()
    page.wait_for_url("**at=2018-07-01**")
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Speel af").wait_for()


def test_a_district_is_chosen_in_the_table_or_on_the_map(read_only_town: Server, visit: Visitor) -> None:
    seen = visit(read_only_town.url + WHOLE)
    card = seen.map.locator(".callout")
    name = seen.page.get_by_role("button", name="Wijk 3")
    name.focus()
    seen.page.keyboard.press("Enter")
    expect(name).to_have_attribute("aria-pressed", "true")
    expect(card).to_contain_text("10.800 van 450.000 m² groen")
    assert seen.faults_of_axe() == seen.faults_of_axe(seen.map) == []
    seen.map.locator("path[fill='#eceae6']").click()
    expect(card).to_contain_text("Wijk 4")
    expect(seen.page.locator("#tabel tr.chosen")).to_have_attribute("data-code", "WK003418")


def test_a_chosen_district_stays_chosen_on_another_day(read_only_town: Server, visit: Visitor) -> None:
    seen = visit(read_only_town.url + WHOLE)
    seen.map.locator("html[data-ready]").wait_for()
    seen.page.get_by_role("button", name="Wijk 3").click()
    seen.page.locator("#maand").press("Home")
    seen.page.locator(".map-frame iframe[src*='at=2018-01-01']").wait_for()
    expect(seen.page.locator(".map-frame iframe")).to_have_count(1)
    expect(seen.page.locator("#tabel tr.chosen")).to_have_attribute("data-code", "WK003417")
    expect(seen.map.locator(".callout")).to_contain_text("0 van 450.000 m² groen")
    expect(seen.page.locator("#verteld")).to_contain_text("0,0 ha")
    expect(seen.page.locator("#maand")).to_have_attribute("aria-valuetext", "1 januari 2018")


def test_without_scripts_the_same_forms_work(read_only_town: Server, visit: Visitor) -> None:
    seen = visit(read_only_town.url + WHOLE, java_script_enabled=False)
    seen.page.locator("summary", has_text="Andere dag").click()
    seen.page.locator("#at").fill("2019-06-01")
    seen.page.get_by_role("button", name="Toon deze dag").click()
    expect(seen.page.locator("#tabel caption")).to_contain_text("1 juni 2019")
    expect(seen.page.get_by_role("button", name="Toon", exact=True)).to_be_visible()
    expect(seen.page.get_by_role("button", name="Speel af")).to_be_hidden()


def test_a_language_that_is_asked_for_is_kept(read_only_town: Server, visit: Visitor) -> None:
    page = visit(read_only_town.url + "/over").page
    page.get_by_role("link", name="English").click()
    page.get_by_role("link", name="Figures", exact=True).click()
    expect(page.locator("h1")).to_have_text("How much green do residents look after?")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("iframe")).to_have_attribute("src", re.compile("taal=en$"))


def test_a_hostile_name_stays_text(read_only_town: Server, visit: Visitor) -> None:
    seen = visit(read_only_town.url + WHOLE)
    seen.map.locator("path[fill^='url(#few']").hover()
    expect(seen.map.locator(".leaflet-tooltip")).to_contain_text("onerror")
    assert seen.map.evaluate("window.broken") is None
    assert seen.page.evaluate("window.broken") is None


def test_on_a_phone_the_legend_is_closed_and_opens(read_only_town: Server, visit: Visitor) -> None:
    drawn = visit(read_only_town.url + WHOLE, PHONE).map
    expect(drawn.locator(".legend ul")).to_be_hidden()
    drawn.locator(".legend summary").click()
    expect(drawn.locator(".legend ul")).to_be_visible()


def test_the_file_opens_without_a_network(
    run_cli: Callable[..., subprocess.CompletedProcess[str]], database: object, tmp_path: Path, visit: Visitor
) -> None:
    with database.sessions() as session:  # type: ignore[attr-defined]
        build(session)
    file = tmp_path / "dekking.html"
    done = run_cli("maps", "build", "dekking", "--niveau", "wijken", "--at", "2026-11-01", "-o", str(file))
    assert done.returncode == 0, done.stderr
    seen = visit(file.as_uri(), offline=True)
    seen.page.locator("html[data-ready]").wait_for()
    assert seen.page.locator("path.leaflet-interactive").count() > 4
    assert seen.page.evaluate("document.fonts.check('16px Figtree Variable')")
    assert [address for address in seen.asked if not address.startswith(("file:", "data:"))] == []
    assert seen.faults_of_axe() == []


def rows(page: Page) -> dict[str, list[str]]:
    """The cells of the table by district code."""
    found = {}
    for row in page.locator("#tabel tbody tr").all():
        cells = row.locator("td").all_inner_texts()
        found[row.get_attribute("data-code") or None] = [re.sub(r"\s+", " ", cell).strip() for cell in cells]
    return found  # type: ignore[return-value]
