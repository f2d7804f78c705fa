"""``/spelregels``: the rules in plain words, with their source; nothing here is written twice: it comes from the municipality's file."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from geo_service.plots.intake import next_round, pause_on, round_of
from geo_service.web.pages.page import AnyPage

router = APIRouter(include_in_schema=False)


@router.get("/spelregels")
def game_rules(page: AnyPage) -> HTMLResponse:
    """What one may ask for, what one agrees to, who decides, and how long that takes."""
    intake, today = page.municipality.intake, page.today
    content = {
        "rules": page.municipality.rules,
        "rounds": sorted((each for each in intake.rounds if each.decides_by >= today), key=lambda each: each.opens),
        "round": round_of(intake, today),
        "coming": next_round(intake, today),
        "pause": pause_on(intake, today),
    }
    return page.show("ask/rules.html", content)
