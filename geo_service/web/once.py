"""A request that changes something: done once per Idempotency-Key, and again when others held its locks too long."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import Header, Request, Response
from sqlalchemy.orm import Session

from geo_service.db.engine import again
from geo_service.history.schemas import StoredAnswer
from geo_service.history.service import once
from geo_service.people.schemas import Actor
from geo_service.web.schemas import Answer

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


def answer_once(
    request: Request,
    session: Session,
    actor: Actor,
    key: str | None,
    question: Answer,
    now: datetime,
    work: Callable[[], Answer | None],
    status: int = 201,
) -> Response:
    """The answer of ``work``; its ``id`` gives the Location of what was made. No answer is 204."""

    def do() -> StoredAnswer:
        made = work()
        return (
            StoredAnswer(status, b"")
            if made is None
            else StoredAnswer(status, made.model_dump_json(by_alias=True, exclude_none=True).encode())
        )

    def do_once() -> StoredAnswer:
        return do() if key is None else once(session, actor.person_id, key, _fingerprint(request, question), do, now)

    stored = again(session, do_once)
    if not stored.body:
        return Response(status_code=204)
    headers = _location(request, orjson.loads(stored.body)) if stored.status == 201 else {}
    return Response(stored.body, stored.status, headers, media_type="application/json")


def _fingerprint(request: Request, question: Answer) -> str:
    asked = f"{request.method} {request.url.path} {request.headers.get('content-crs', '')} {question.model_dump_json()}"
    return hashlib.sha256(asked.encode()).hexdigest()


def _location(request: Request, body: dict[str, Any]) -> dict[str, str]:
    collection = "/api/v1/adoptions" if request.url.path.endswith("/hand-backs") else request.url.path
    return {"Location": f"{collection}/{body['id']}"}
