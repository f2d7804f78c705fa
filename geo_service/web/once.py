"""A request that changes something: done once per Idempotency-Key, and again when others held its locks too long."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import Depends, Header, Request, Response
from sqlalchemy.orm import Session

from geo_service.db.engine import again
from geo_service.history.schemas import StoredAnswer
from geo_service.history.service import once
from geo_service.installation import Installation
from geo_service.notifications.schemas import Sender
from geo_service.people.schemas import Actor
from geo_service.web.dependencies import DbSession, Here, Lang, Now, SignedIn
from geo_service.web.links import reached_at
from geo_service.web.schemas import Answer
from geo_service.words import Language

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="A request that is repeated with the same key does its work once and gets the same answer.",
    ),
]


@dataclass(frozen=True)
class Command:
    """One request that changes something: who asks, in which language and when."""

    request: Request
    here: Installation
    session: Session
    actor: Actor
    language: Language
    now: datetime

    @property
    def sender(self) -> Sender:
        """In whose name mails about it go out, with links that this asker's network knows."""
        return Sender(self.here.municipality, reached_at(self.request, self.here), self.now)

    def once(self, key: str | None, question: Answer, work: Callable[[], Answer | None], status: int = 201) -> Response:
        """The answer of ``work``, the same one each time for a ``key``; its ``id`` gives the Location of what was made; None is 204."""

        def do() -> StoredAnswer:
            made = work()
            return StoredAnswer(status, b"" if made is None else made.model_dump_json(by_alias=True, exclude_none=True).encode())

        def do_once() -> StoredAnswer:
            return (
                do() if key is None else once(self.session, self.actor.person_id, key, _fingerprint(self.request, question), do, self.now)
            )

        stored = again(self.session, do_once)
        if not stored.body:
            return Response(status_code=204)
        headers = _location(self.request, orjson.loads(stored.body)) if stored.status == 201 else {}
        return Response(stored.body, stored.status, headers, media_type="application/json")


async def get_command(request: Request, here: Here, session: DbSession, actor: SignedIn, language: Lang, now: Now) -> Command:
    """Of somebody who signed in."""
    return Command(request, here, session, actor, language, now)


AskedCommand = Annotated[Command, Depends(get_command)]


def _fingerprint(request: Request, question: Answer) -> str:
    asked = f"{request.method} {request.url.path} {request.headers.get('content-crs', '')} {question.model_dump_json()}"
    return hashlib.sha256(asked.encode()).hexdigest()


def _location(request: Request, body: dict[str, Any]) -> dict[str, str]:
    collection = "/api/v1/adoptions" if request.url.path.endswith("/hand-backs") else request.url.path
    return {"Location": f"{collection}/{body['id']}"}
