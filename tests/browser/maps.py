"""What a person does on the map of residents, each step after the map has done the one before."""

from playwright.sync_api import Page, expect

PIXEL = """([lon, lat]) => {
    const { map } = document.querySelector(".atlas").atlas;
    const R = 6378137, rad = Math.PI / 180;
    const [x, y] = map.getPixelFromCoordinate([R * lon * rad, R * Math.log(Math.tan(Math.PI / 4 + (lat * rad) / 2))]);
    const { left, top } = map.getTargetElement().getBoundingClientRect();
    return [left + x, top + y];
}"""
SETTLE = """() => {
    const atlas = document.querySelector(".atlas"), { map } = atlas.atlas;
    delete atlas.dataset.settled;
    const settle = () => {
        if (map.getView().getAnimating()) return setTimeout(settle, 20);
        map.once("rendercomplete", () => { atlas.dataset.settled = "true"; });
        map.render();
    };
    settle();
}"""
"""A frame from before a movement may tell that it is complete after the movement began: so the end of the movement first."""
NO_DOUBLE = "() => new Promise((done) => setTimeout(done, 300))"
"""By the page's own clock, so that the map saw a first click end however busy the machine is: two at once end a drawing."""


def drawn(page: Page) -> None:
    """The map is there with all its tiles."""
    page.locator(".atlas[data-drawn]").wait_for()


def settled(page: Page) -> None:
    """The map stands still, and all of it is drawn."""
    page.evaluate(SETTLE)
    page.locator(".atlas[data-settled]").wait_for()


def pixels(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Where a place lies in the window."""
    settled(page)
    x, y = page.evaluate(PIXEL, [lon, lat])
    return x, y


def click(page: Page, x: float, y: float) -> None:
    """Click a pixel, and let the map see that it was no double click."""
    page.mouse.click(x, y)
    page.evaluate(NO_DOUBLE)


def tap(page: Page, lon: float, lat: float) -> None:
    click(page, *pixels(page, lon, lat))


def judged(page: Page) -> None:
    """What was last drawn or chosen has its answer."""
    expect(page.locator("[data-decision-place]")).not_to_have_attribute("aria-busy", "true")
