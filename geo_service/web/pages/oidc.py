"""``/oidc``: to the municipality's own login, and back."""

import hmac

from fastapi import APIRouter, Response

from geo_service.errors import GeoServiceError, LinkGone, NotFound
from geo_service.people import oidc
from geo_service.people.links import UNKNOWN
from geo_service.people.oidc import Login
from geo_service.web.links import own_path
from geo_service.web.pages.forms import see_other
from geo_service.web.pages.page import AnyPage, Page
from geo_service.web.pages.render import UNSEEN
from geo_service.web.pages.sign_in import HOME, signed_in
from geo_service.web.problems import status_of
from geo_service.words import explain

router = APIRouter(include_in_schema=False)
COOKIE = "zb_login"
PLACE, BACK = "/oidc", "/oidc/terug"


@router.get("/oidc/start")
def start(page: AnyPage, verder: str = "") -> Response:
    """To the login. A link, not a form: the policy of our pages lets no form lead elsewhere."""
    login: Login = page.request.app.state.login
    if not login.exists:
        raise NotFound
    base_url = page.base_url
    try:
        page.request.app.state.sign_in_limit.take(page.client)
        begun = login.begin(page.session, base_url + BACK, own_path(verder, HOME), page.now)
    except GeoServiceError as error:
        return _told(page, error)
    response = see_other(begun.address)
    # what comes back must come back to the browser that left
    response.set_cookie(
        COOKIE, begun.secret, max_age=int(oidc.LIVES.total_seconds()), path=PLACE, httponly=True, samesite="lax",
        secure=base_url.startswith("https:"),
    )  # fmt: skip
    return response


@router.get("/oidc/terug")
def back(page: AnyPage, state: str = "", code: str = "", error: str = "") -> Response:
    """Back from the login: signed in, or told why not. The state is used up either way."""
    login: Login = page.request.app.state.login
    if not login.exists:
        raise NotFound
    try:
        if not state or not hmac.compare_digest(state.encode(), page.request.cookies.get(COOKIE, "").encode()):
            raise LinkGone(UNKNOWN, details={"why": "unknown"})
        if error or not code:
            raise oidc.stopped()
        person, next_path = login.end(page.session, state, code, page.base_url + BACK, page.now)
    except GeoServiceError as wrong:
        response = _told(page, wrong)
    else:
        response = signed_in(page, person, own_path(next_path, HOME))
    response.delete_cookie(COOKIE, path=PLACE)
    return response


def _told(page: Page, error: GeoServiceError) -> Response:
    return page.show("sign_in_failed.html", {"text": explain(error, page.language)}, status_of(error), UNSEEN)
