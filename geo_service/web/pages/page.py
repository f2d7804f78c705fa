"""What every page is made from, as one object: who looks, in which language and when, and how it is shown or sent on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from geo_service.days import day_of
from geo_service.db.engine import act_for, again
from geo_service.errors import Conflict, GeoServiceError, InvalidInput
from geo_service.installation import Installation
from geo_service.municipality import Municipality
from geo_service.notifications.schemas import Sender
from geo_service.people import sessions
from geo_service.people.models import Person
from geo_service.people.schemas import Actor, Visitor
from geo_service.web.conditional import unchanged
from geo_service.web.dependencies import DbSession, Here, Now
from geo_service.web.links import reached_at
from geo_service.web.pages.forms import see_other, told
from geo_service.web.pages.render import page_language, render
from geo_service.web.pages.visitor import MaybeVisitor, SignedInVisitor, StaffVisitor, keep_signed_in
from geo_service.web.problems import status_of
from geo_service.words import Language

Result = TypeVar("Result")
Refusals = type[GeoServiceError] | tuple[type[GeoServiceError], ...]
Faults = Mapping[str, str]
"""What is wrong with a form, in words, per field; under ``""`` what concerns all of it."""


@dataclass(frozen=True)
class Sheet:
    """One request for what is the same for every reader, so that nobody is looked up: a picture, a drawn map."""

    request: Request
    here: Installation
    session: Session
    language: Language
    now: datetime

    @property
    def today(self) -> date:
        return day_of(self.now)

    @property
    def municipality(self) -> Municipality:
        return self.here.municipality

    @property
    def base_url(self) -> str:
        """The address of this service as this reader knows it."""
        return reached_at(self.request, self.here)

    @property
    def sender(self) -> Sender:
        """In whose name mails go out, with links that this reader's network knows."""
        return Sender(self.municipality, self.base_url, self.now)

    @property
    def client(self) -> str:
        """From where somebody asks, for what is limited per place."""
        return self.request.client.host if self.request.client else ""

    def kept(self, headers: Mapping[str, str], make: Callable[[], Response]) -> Response:
        """What ``make`` makes, with these ``headers``; 304 when the browser holds what their ETag names."""
        if held := unchanged(self.request, headers):
            return held
        made = make()
        made.headers.update(headers)
        return made


@dataclass(frozen=True)
class Page(Sheet):
    """One request for a page of somebody, or of nobody in particular."""

    visitor: Visitor | None

    @property
    def person_id(self) -> UUID | None:
        """Who looks; nobody is None."""
        return self.visitor.actor.person_id if self.visitor else None

    def show(
        self, template: str, content: Mapping[str, Any] | None = None, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> HTMLResponse:
        """The page itself."""
        return render(self.request, self.here, template, self.language, content, status, headers)

    def sign_in(self, person: Person, answer: Response) -> Response:
        """From this answer on, the browser is this person."""
        keep_signed_in(answer, sessions.begin(self.session, person, self.now), self.base_url)
        return answer

    def answer(self, work: Callable[[], object], address: str, anew: Callable[[Faults, int], Response]) -> Response:
        """Do what a form asks and go to ``address``; what is wrong is told on the same form, made ``anew`` with its faults and status."""
        refused = self.attempt(work)
        return anew(self.told(refused), status_of(refused)) if refused else see_other(address)

    def attempt(self, work: Callable[[], object], *, refused: Refusals = (Conflict, InvalidInput)) -> GeoServiceError | None:
        """Do what a form asks. When it cannot be done, nothing is, and this is why."""
        try:
            self.again(work)
        except refused as error:
            self.session.rollback()
            return error
        return None

    def told(self, error: GeoServiceError) -> dict[str, str]:
        """What is wrong, in the words of this page."""
        return told(error, self.language)

    def again(self, work: Callable[[], Result]) -> Result:
        """Do ``work`` as this visitor, and once more when others held its locks too long."""

        def by_visitor() -> Result:
            act_for(self.session, self.person_id)
            return work()

        return again(self.session, by_visitor)


@dataclass(frozen=True)
class SignedInPage(Page):
    """A request of somebody who signed in."""

    visitor: Visitor

    @property
    def actor(self) -> Actor:
        return self.visitor.actor

    @property
    def person_id(self) -> UUID:
        return self.visitor.actor.person_id


async def get_sheet(request: Request, here: Here, session: DbSession, now: Now) -> Sheet:
    """For everybody alike."""
    return Sheet(request, here, session, page_language(request), now)


async def get_page(request: Request, here: Here, session: DbSession, now: Now, visitor: MaybeVisitor) -> Page:
    """For everybody."""
    return Page(request, here, session, page_language(request), now, visitor)


async def get_own_page(request: Request, here: Here, session: DbSession, now: Now, visitor: SignedInVisitor) -> SignedInPage:
    """For who signed in; others are sent to sign in first."""
    return SignedInPage(request, here, session, page_language(request), now, visitor)


async def get_staff_page(request: Request, here: Here, session: DbSession, now: Now, visitor: StaffVisitor) -> SignedInPage:
    """For the municipality's own people."""
    return SignedInPage(request, here, session, page_language(request), now, visitor)


AnySheet = Annotated[Sheet, Depends(get_sheet)]
AnyPage = Annotated[Page, Depends(get_page)]
OwnPage = Annotated[SignedInPage, Depends(get_own_page)]
StaffPage = Annotated[SignedInPage, Depends(get_staff_page)]
