"""How every page is made: the language and the name of the reader, the frame around the content, and a strict policy."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from geo_service.installation import Installation
from geo_service.web.assets import asset_url
from geo_service.words import DEFAULT, LANGUAGES, Language, day_parts, number, percent, say, say_date, say_moment

ASKED = "taal"
"""The query key, and the cookie, that hold the language of pages."""
YEAR_S = 365 * 24 * 3600
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
UNSEEN = {"Cache-Control": "no-store, private"}
"""For what only this reader may see: after signing out, the button "back" shows nothing of it."""
PDOK = "https://service.pdok.nl"
TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page_language(request: Request) -> Language:
    """``?taal=`` when it names a language of ours, else the cookie, else Dutch."""
    wishes = (request.query_params.get(ASKED), request.cookies.get(ASKED))
    return next((language for wish in wishes for language in LANGUAGES if language == wish), DEFAULT)


def render(
    request: Request,
    here: Installation,
    template: str,
    language: Language,
    content: Mapping[str, Any] | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """One page. A language that was asked for is remembered in a cookie."""
    other: Language = "en" if language == "nl" else "nl"
    visitor = getattr(request.state, "visitor", None)
    html = TEMPLATES.get_template(template).render(
        **(content or {}),
        schematic=request.app.state.schematic,
        **_words(language),
        asset_url=asset_url,
        path=request.url.path,
        visitor=visitor,
        municipality=here.municipality,
        other_language=_address(request, other),
    )
    kept = UNSEEN if visitor else {"Cache-Control": "no-cache"}
    response = HTMLResponse(html, status, {"Content-Security-Policy": policy(here), "Vary": "Cookie", **kept, **(headers or {})})
    if request.query_params.get(ASKED) == language:
        response.set_cookie(ASKED, language, max_age=YEAR_S, samesite="lax", httponly=True)
    return response


def policy(here: Installation) -> str:
    """What a page may load: from us only, and pictures of PDOK's map where the municipality chose that as background."""
    return POLICY if here.settings.background == "own" else POLICY.replace("img-src 'self'", f"img-src 'self' {PDOK}")


def _words(language: Language) -> dict[str, Any]:
    return {
        "language": language,
        "say": partial(_say, language),
        "number": lambda value, decimals=0: number(value, language, decimals),
        "percent": lambda value, decimals=1: percent(value, language, decimals),
        "say_date": lambda day: say_date(day, language),
        "day_parts": lambda day: day_parts(day, language),
        "say_moment": lambda moment: say_moment(moment, language),
    }


def _say(language: Language, text: str, **values: Any) -> str:
    return say(text, language, **values)


def _address(request: Request, language: Language) -> str:
    url = request.url.include_query_params(**{ASKED: language})
    return f"{url.path}?{url.query}"
