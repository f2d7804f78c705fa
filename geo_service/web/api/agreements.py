"""``/adoptions/{id}/zelfbeheerbrief``: the agreement as data or as PDF, for members of the initiative and staff of the district."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import Field

from geo_service.adoptions.agreements import service
from geo_service.adoptions.agreements.schemas import AgreementView
from geo_service.days import day_of
from geo_service.errors import N_, NotFound
from geo_service.web.dependencies import DbSession, Here, Lang, Now, SignedIn
from geo_service.web.problems import problems
from geo_service.web.schemas import Answer

router = APIRouter(tags=["adoptions"])
PDF = "application/pdf"


class SignatureAnswer(Answer):
    """A signature. ``byMandate``: the municipality signed without a person, because every rule passed."""

    side: Literal["residents", "municipality"]
    signed_at: datetime
    by_mandate: bool


class AgreementAnswer(Answer):
    """A version of the Zelfbeheerbrief. ``content`` in its canonical form (sorted keys, no spaces, UTF-8) has this SHA-256."""

    id: UUID
    adoption_id: UUID
    version: int
    versions: list[int] = Field(description="All versions that the asker may read, newest first.")
    track: Literal["standard", "light"]
    signed: bool
    signatures: list[SignatureAnswer]
    objection_until: date | None = Field(None, description="Light track: the last day on which staff may object.")
    made_at: datetime
    sha256: str
    content: dict[str, Any] = Field(description="What both sides sign for; texts in Dutch (which counts) and English, geometry in RD.")


@router.get(
    "/adoptions/{adoptionId}/zelfbeheerbrief",
    response_model=AgreementAnswer,
    responses={**problems(400, 401, 404), 200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}},
)
def agreement(
    request: Request,
    here: Here,
    session: DbSession,
    actor: SignedIn,
    language: Lang,
    now: Now,
    adoption_id: Annotated[UUID, Path(alias="adoptionId")],
    version: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
) -> Any:
    """The newest version, or the one that is asked for; with ``Accept: application/pdf`` the paper."""
    _view, versions = service.read(session, actor, adoption_id, day_of(now))
    chosen = next((each for each in versions if version in (None, each.number)), None)
    if chosen is None:
        raise NotFound(N_("There is no agreement yet.") if version is None else None)
    if PDF in request.headers.get("accept", ""):
        return Response(service.pdf_of(session, chosen, here.content, language), media_type=PDF, headers={"Vary": "Accept"})
    return _told(chosen, [each.number for each in versions])


def _told(version: AgreementView, numbers: list[int]) -> AgreementAnswer:
    signatures = [SignatureAnswer(side=each.side, signed_at=each.signed_at, by_mandate=each.mandated) for each in version.signatures]
    return AgreementAnswer(
        id=version.id,
        adoption_id=version.adoption_id,
        version=version.number,
        versions=numbers,
        track="light" if version.track == "light" else "standard",
        signed=version.signed,
        signatures=signatures,
        objection_until=version.objection_until,
        made_at=version.made_at,
        sha256=version.digest,
        content=version.content.model_dump(mode="json"),
    )
