"""``/privacy``: what is kept of people, why, how long, and what they can ask."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from geo_service.errors import N_
from geo_service.web.pages.page import AnyPage

router = APIRouter(include_in_schema=False)
TERMS = {
    "sessions": N_("That you are signed in, after it ended"),
    "links": N_("Links that we mailed you, after they were over"),
    "messages": N_("Mails that we sent you"),
    "lapsed": N_("Your e-mail address with a request, when you never confirmed it"),
    "ideas": N_("An idea that you put down, when you never confirmed it"),
    "joiners": N_("That you wanted to join an initiative, when nobody answered"),
    "codes": N_("The codes on door cards, after they were over, and which addresses got a card"),
    "unconfirmed": N_("Your e-mail address, when you never confirmed it"),
    "idle": N_("Your e-mail address, when you take part in nothing any more"),
}


@router.get("/privacy")
def privacy(page: AnyPage) -> HTMLResponse:
    """The whole story, in plain words. The terms are those that the retention job works with."""
    retention = page.municipality.retention
    terms = [(what, getattr(retention, name)) for name, what in TERMS.items()]
    return page.show("privacy.html", {"terms": terms})
