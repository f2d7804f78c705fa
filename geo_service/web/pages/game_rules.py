"""``/spelregels``: the rules in plain words, with their source; nothing here is written twice: it comes from the municipality's file."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from geo_service.days import day_of
from geo_service.plots.intake import next_round, pause_on, round_of
from geo_service.web.dependencies import Here, Now
from geo_service.web.pages.render import PageLanguage, render

router = APIRouter(include_in_schema=False)


@router.get("/spelregels")
def game_rules(request: Request, here: Here, language: PageLanguage, now: Now) -> HTMLResponse:
    """What one may ask for, what one agrees to, who decides, and how long that takes."""
    intake, today = here.municipality.intake, day_of(now)
    content = {
        "rules": here.municipality.rules,
        "rounds": sorted((each for each in intake.rounds if each.decides_by >= today), key=lambda each: each.opens),
        "round": round_of(intake, today),
        "coming": next_round(intake, today),
        "pause": pause_on(intake, today),
    }
    return render(request, here, "ask/rules.html", language, content)
