"""What every resource of the OGC API shares: reading the question with all its faults, the format, links, and the answer."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import quote, urlencode

import orjson
from fastapi import Depends, Query, Request, Response

from geo_service import __version__
from geo_service.errors import N_, InvalidInput, NotAcceptable, fault
from geo_service.installation import Installation
from geo_service.web.conditional import unchanged
from geo_service.web.dependencies import Here
from geo_service.web.links import reached_at
from geo_service.web.pages.ogc import ogc_page
from geo_service.web.pages.render import ASKED as LANGUAGE
from geo_service.web.pages.render import page_language
from geo_service.web.problems import language_of
from geo_service.words import Language, say

Format = Literal["json", "html"]
Value = TypeVar("Value")
Link = dict[str, Any]
PATH = "/ogc/v1"
JSON, GEOJSON, SCHEMA, HTML = "application/json", "application/geo+json", "application/schema+json", "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
FORMATS: tuple[Format, ...] = ("json", "html")
"""In the order of our preference."""
COMMON = ("f", LANGUAGE)
"""Parameters of every resource."""
FIELDS = ("at", "filter")
"""Fields of the form on a page: left empty, they are sent all the same and ask for nothing."""
UNKNOWN = N_("There is no such parameter here. Known are: {known}.")
TWICE = N_("This may be given once.")
REL = "http://www.opengis.net/def/rel/ogc/1.0"
"""What relations of links begin with that OGC defines."""
FORMAT = N_("There is no format {format}; choose one of: {formats}.")


@dataclass
class Reader:
    """Reads the parameters of a question and gathers everything that is wrong with them."""

    request: Request
    known: Collection[str]
    faults: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._values: dict[str, str] = {}
        for name, value in self.request.query_params.multi_items():
            if name in FIELDS and not value:
                continue
            if name not in self.known and name not in COMMON:
                self.faults.append(fault(name[:100], UNKNOWN, known=", ".join([*self.known, *COMMON])))
            elif name in self._values:
                self.faults.append(fault(name, TWICE))
            self._values[name] = value

    def read(self, name: str, parse: Callable[[str], Value], default: Value) -> Value:
        """One parameter; the default when it is absent or wrong."""
        if name not in self._values:
            return default
        try:
            return parse(self._values[name])
        except InvalidInput as error:
            self.faults += error.details.get("errors") or [fault(name, error.text, **error.values)]
            return default

    def given(self, names: Collection[str]) -> dict[str, str]:
        """Those of these parameters that were given."""
        return {name: value for name, value in self._values.items() if name in names}

    def done(self) -> None:
        """``InvalidInput`` with all faults, when there are any."""
        if self.faults:
            raise InvalidInput(details={"errors": self.faults})


@dataclass(frozen=True)
class Asked:
    """One question: who asks for what, in which format, and where we are."""

    request: Request
    here: Installation
    format: Format
    media: str
    """The media type of the answer in JSON."""

    @property
    def base(self) -> str:
        """The address of the landing page."""
        return f"{reached_at(self.request, self.here)}{PATH}"

    @property
    def language(self) -> Language:
        """The language of the reader: pages are read in the one that was chosen on a page."""
        return page_language(self.request) if self.format == "html" else language_of(self.request)

    def say(self, source: str, **values: Any) -> str:
        """A text in the language of the reader."""
        return say(source, self.language, **values)

    def href(self, *path: str, **query: str) -> str:
        """An address below the landing page."""
        return "/".join([self.base, *map(quote_part, path)]) + (f"?{urlencode(query)}" if query else "")

    def whole(self, path: str) -> str:
        """An address of ours outside the OGC API."""
        return f"{reached_at(self.request, self.here)}{path}"

    def link(self, rel: str, *path: str, media: str = JSON, title: str | None = None, **more: str) -> Link:
        """A link to a resource of ours; the title is an English source text."""
        told = {"title": self.say(title)} if title else {}
        return {"rel": rel, "href": self.href(*path), "type": media, **told, **more}

    def this(self, **changes: str | None) -> str:
        """The address of this question with other parameters; None leaves one out."""
        given, query = self._given
        changed = {name: None if value is None else urlencode([(name, value)]) for name, value in changes.items()}
        kept = [part for part in {**query, **changed}.values() if part is not None]
        return given + (f"?{'&'.join(kept)}" if kept else "")

    @cached_property
    def _given(self) -> tuple[str, dict[str, str]]:
        """The address without its parameters, and these as they are written in one."""
        query = {name: urlencode([(name, value)]) for name, value in dict(self.request.query_params).items()}
        return f"{reached_at(self.request, self.here)}{quote(self.request.url.path)}", query

    def links(self) -> list[Link]:
        """This document, and the same in the other formats."""
        media = {"json": self.media, "html": HTML}
        others = [name for name in FORMATS if name != self.format]
        this: Link = {"rel": "self", "href": self.this(), "type": media[self.format], "title": self.say(TITLES["self"])}
        same = [{"rel": "alternate", "href": self.this(f=name), "type": media[name], "title": self.say(TITLES[name])} for name in others]
        return [this, *same]


TITLES = {"self": N_("This document"), "html": N_("This document as a page"), "json": N_("This document as JSON")}


def quote_part(text: str) -> str:
    """A part of a path; a template in braces stays one."""
    return quote(text, safe="{}")


def asking(request: Request, here: Installation, media: str = JSON) -> Asked:
    """The question of a resource whose JSON has this media type."""
    return Asked(request, here, negotiated(request, media), media)


def plain(
    request: Request,
    here: Here,
    f: Annotated[str | None, Query(description="json or html; else what Accept prefers.", examples=["json"])] = None,  # noqa: ARG001
    taal: Annotated[str | None, Query(description="Language of a page: nl or en.", examples=["nl"])] = None,  # noqa: ARG001
) -> Asked:
    """A question without parameters of its own."""
    reader = Reader(request, ())
    reader.read("f", read_format, None)
    reader.done()
    return asking(request, here)


Plain = Annotated[Asked, Depends(plain)]


def read_format(text: str) -> Format:
    """The value of ``f``."""
    for known in FORMATS:
        if text == known:
            return known
    raise InvalidInput(FORMAT, format=text[:40], formats=", ".join(FORMATS))


def negotiated(request: Request, media: str = JSON) -> Format:
    """The format that ``f`` names, else the one that ``Accept`` prefers; ``NotAcceptable`` when it wants none of ours."""
    if (told := request.query_params.get("f")) is not None:
        return read_format(told)
    offers: dict[Format, tuple[str, ...]] = {"json": (media.partition(";")[0], JSON), "html": (HTML,)}
    wishes = _wishes(request.headers.get("accept") or "*/*")
    liked = {name: max(_quality(wishes, offer) for offer in offers[name]) for name in FORMATS}
    best = max(FORMATS, key=lambda name: liked[name])
    if liked[best] <= 0:
        raise NotAcceptable(formats=", ".join(offers[name][0] for name in FORMATS))
    return best


def prefers_page(request: Request) -> bool:
    """Whether ``Accept`` likes a page better than a document for programs, as that of a browser does."""
    wishes = _wishes(request.headers.get("accept") or "*/*")
    return _quality(wishes, HTML) > _quality(wishes, JSON)


def _wishes(accept: str) -> dict[str, float]:
    wishes: dict[str, float] = {}
    for item in accept.lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        told = next((part[2:] for part in parameters if part.startswith("q=")), "1")
        try:
            wishes[name] = min(1.0, float(told))
        except ValueError:
            wishes[name] = 0.0
    return wishes


def _quality(wishes: Mapping[str, float], media: str) -> float:
    """The most exact wish counts."""
    return next((wishes[name] for name in (media, f"{media.split('/')[0]}/*", "*/*") if name in wishes), 0.0)


def headers_of(etag: str, *, staff: bool = False) -> dict[str, str]:
    """What lets a client keep an answer and ask whether it is still true."""
    return {
        "ETag": f'W/"{etag}"',
        "Cache-Control": "private, no-cache" if staff else "no-cache",
        "Vary": "Accept, Accept-Language, Authorization, Cookie",
    }


def tag(*parts: Any) -> str:
    """A short text that differs when any part differs, or the program does."""
    return hashlib.sha256(repr((__version__, parts)).encode()).hexdigest()[:20]


def answer(asked: Asked, document: dict[str, Any], page: str, *, staff: bool = False) -> Response:
    """A document in the format that was asked for; ``page`` names its template. The ETag is made of the content."""
    body = orjson.dumps(document)
    headers = headers_of(tag(body, asked.format, language_of(asked.request)), staff=staff)
    return unchanged(asked.request, headers) or rendered(asked, body, page, headers)


def rendered(asked: Asked, body: bytes, page: str, headers: dict[str, str]) -> Response:
    """JSON as it is, or a page for people that is made of the same document."""
    if asked.format == "html":
        return ogc_page(asked.request, asked.here, page, orjson.loads(body), headers)
    return Response(body, headers=headers, media_type=asked.media)
