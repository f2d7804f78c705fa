"""``/oidc``: to the municipality's own login, and back."""

import hmac

from fastapi import APIRouter, Request, Response

from geo_service.errors import GeoServiceError, LinkGone, NotFound
from geo_service.people import oidc
from geo_service.people.links import UNKNOWN
from geo_service.people.oidc import Login
from geo_service.web.dependencies import DbSession, Here, Now
from geo_service.web.links import own_path, reached_at
from geo_service.web.pages.forms import see_other
from geo_service.web.pages.render import UNSEEN, PageLanguage, render
from geo_service.web.pages.sign_in import HOME, signed_in
from geo_service.web.problems import status_of
from geo_service.words import Language, explain

router = APIRouter(include_in_schema=False)
COOKIE = "zb_login"
PLACE, BACK = "/oidc", "/oidc/terug"


@router.get("/oidc/start")
def start(request: Request, here: Here, session: DbSession, language: PageLanguage, now: Now, verder: str = "") -> Response:
    """To the login. A link, not a form: the policy of our pages lets no form lead elsewhere."""
    login: Login = request.app.state.login
    if not login.exists:
        raise NotFound
    base_url = reached_at(request, here)
    try:
        request.app.state.sign_in_limit.take(request.client.host if request.client else "")
        begun = login.begin(session, base_url + BACK, own_path(verder, HOME), now)
    except GeoServiceError as error:
        return _told(request, here, language, error)
    response = see_other(begun.address)
    # what comes back must come back to the browser that left
    response.set_cookie(
        COOKIE, begun.secret, max_age=int(oidc.LIVES.total_seconds()), path=PLACE, httponly=True, samesite="lax",
        secure=base_url.startswith("https:"),
    )  # fmt: skip
    return response


@router.get("/oidc/terug")
def back(
    request: Request, here: Here, session: DbSession, language: PageLanguage, now: Now, state: str = "", code: str = "", error: str = ""
) -> Response:
    """Back from the login: signed in, or told why not. The state is used up either way."""
    login: Login = request.app.state.login
    if not login.exists:
        raise NotFound
    try:
        if not state or not hmac.compare_digest(state.encode(), request.cookies.get(COOKIE, "").encode()):
            raise LinkGone(UNKNOWN, details={"why": "unknown"})
        if error or not code:
            raise oidc.stopped()
        person, next_path = login.end(session, state, code, reached_at(request, here) + BACK, now)
    except GeoServiceError as wrong:
        response = _told(request, here, language, wrong)
    else:
        response = signed_in(request, here, session, person, own_path(next_path, HOME), now)
    response.delete_cookie(COOKIE, path=PLACE)
    return response


def _told(request: Request, here: Here, language: Language, error: GeoServiceError) -> Response:
    return render(request, here, "sign_in_failed.html", language, {"text": explain(error, language)}, status_of(error), UNSEEN)
