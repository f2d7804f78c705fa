"""``/beheer``: the queue of requests for staff, and one request with its decision and the steps that this person may take."""

from collections import Counter
from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from geo_service.adoptions.agreements import paper
from geo_service.adoptions.agreements import service as letters
from geo_service.adoptions.desk import queries, service
from geo_service.adoptions.desk.service import Case
from geo_service.adoptions.mails import Sender
from geo_service.adoptions.states import LABELS, PUBLIC_STATUS, find
from geo_service.days import day_of
from geo_service.errors import N_, Conflict, InvalidInput, WrongState
from geo_service.papers.picture import Mark, picture
from geo_service.web.dependencies import DbSession, Here, Now
from geo_service.web.links import reached_at
from geo_service.web.pages.forms import OwnForm, field, see_other, told
from geo_service.web.pages.pictures import POLICY
from geo_service.web.pages.render import PageLanguage, render
from geo_service.web.pages.visitor import StaffVisitor
from geo_service.web.problems import status_of
from geo_service.words import say

router = APIRouter(include_in_schema=False)
PICTURE = (960, 560, 20.0)
STEPS = {
    "in_review": N_("Take into review"),
    "site_visit": N_("Plan a site visit"),
    "agreement_draft": N_("Grant: make the draft Zelfbeheerbrief"),
    "awaiting_signatures": N_("Send to be signed"),
    "active": N_("Start"),
    "refused": N_("Refuse"),
    "improvement": N_("Agree on an improvement"),
    "notice_given": N_("Give notice"),
    "ended": N_("End"),
}
HAPPENED = {
    "created": N_("Request received"),
    "changed": N_("Changed"),
    "paused": N_("Paused"),
    "pause_changed": N_("Pause changed"),
    "pause_removed": N_("Pause removed"),
}
BY = {
    "service": N_("the service"),
    "resident": N_("resident"),
    "wijkregisseur": N_("wijkregisseur"),
    "toezichthouder": N_("toezichthouder"),
    "planner": N_("planner"),
    "analyst": N_("analyst"),
    "admin": N_("administrator"),
}
FIRST = N_("Already done by {who}: the state is now {state}. What you wrote is still here.")


@router.get("/beheer")
def queue(
    request: Request,
    here: Here,
    session: DbSession,
    language: PageLanguage,
    visitor: StaffVisitor,
    now: Now,
    state: Annotated[str | None, Query(alias="status", max_length=40)] = None,
) -> HTMLResponse:
    """What waits, oldest first; of one state when asked."""
    rows = queries.queue(session, visitor.actor, day_of(now))
    content = {
        "rows": [row for row in rows if state in (None, "", row.state)],
        "counts": Counter(row.state for row in rows),
        "state": state or None,
        "labels": LABELS,
        "public_status": PUBLIC_STATUS,
        "day_of": day_of,
        "today": day_of(now),
    }
    return render(request, here, "desk/queue.html", language, content)


@router.get("/beheer/aanvragen/{adoption_id}")
def one_request(
    request: Request, here: Here, session: DbSession, language: PageLanguage, visitor: StaffVisitor, now: Now, adoption_id: UUID
) -> HTMLResponse:
    """One request: the decision per rule, who asks, who else does, and what can be done."""
    case = service.case(session, visitor.actor, adoption_id, here.municipality, now)
    return render(request, here, "desk/request.html", language, _content(case))


@router.get("/beheer/aanvragen/{adoption_id}/kaart.svg")
def picture_of_request(
    here: Here, session: DbSession, language: PageLanguage, visitor: StaffVisitor, now: Now, adoption_id: UUID
) -> Response:
    """The request with what others ask for, and the ground at fault."""
    case = service.case(session, visitor.actor, adoption_id, here.municipality, now)
    kinds = {"failed": "fault", "needs_consent": "consent"}
    faults = [Mark(kinds[rule.outcome], rule.fault) for rule in case.decision.outcomes if rule.outcome in kinds and rule.fault]
    others = [Mark("other", rival.shape) for rival in case.rivals]
    width, height, margin = PICTURE
    drawn = picture(
        session,
        case.decision.shape,
        width=width,
        height=height,
        margin_m=margin,
        marks=[*others, *faults],
        content=here.content,
        language=language,
    )
    return Response(drawn, media_type="image/svg+xml", headers={"Cache-Control": "no-store", "Content-Security-Policy": POLICY})


@router.post("/beheer/aanvragen/{adoption_id}")
def decide(
    request: Request,
    here: Here,
    session: DbSession,
    language: PageLanguage,
    visitor: StaffVisitor,
    now: Now,
    adoption_id: UUID,
    form: OwnForm,
) -> Response:
    """Take a step, from the state that was on the page. When a colleague was first nothing happens, and what was written stays."""
    service.staffs(session, visitor.actor, adoption_id, now)
    sender, reason, seen = Sender(here.municipality, reached_at(request, here), now), field(form, "reden"), field(form, "van")

    def work() -> None:
        if field(form, "naar") == "bezwaar":
            letters.object_to(session, visitor.actor, adoption_id, reason, sender)
        else:
            service.decide_on(session, visitor.actor, adoption_id, seen, field(form, "naar"), reason, sender, language)

    refused = _refused(work)
    if refused is None:
        return see_other(f"/beheer/aanvragen/{adoption_id}")
    session.rollback()
    case = service.case(session, visitor.actor, adoption_id, here.municipality, now)
    wrong = {"reden" if name == "reason" else name: text for name, text in told(refused, language).items()}
    if isinstance(refused, WrongState) and case.last and case.view.state != seen:
        who = case.last.who or say(BY["service"], language)
        wrong = {"": say(FIRST, language, who=who, state=say(LABELS[case.view.state], language))}
    return render(request, here, "desk/request.html", language, _content(case, wrong, reason), status_of(refused))


def _refused(work: Callable[[], None]) -> Conflict | InvalidInput | None:
    try:
        work()
    except (Conflict, InvalidInput) as error:
        return error
    return None


def _content(case: Case, faults: dict[str, str] | None = None, reason: str = "") -> dict[str, object]:
    ranks = {"failed": 0, "needs_consent": 1, "warning": 2, "passed": 3}
    return {
        "case": case,
        "view": case.view,
        "rules": sorted(case.decision.outcomes, key=lambda rule: ranks[rule.outcome]),
        "faults": faults or {},
        "reason": reason,
        "labels": LABELS,
        "steps": STEPS,
        "happened": {**HAPPENED, **LABELS},
        "by": BY,
        "needs_reason": {target for target in case.steps if _needs_reason(case.view.state, target)},
        "day_of": day_of,
        "signer": paper.signer,
        "shared": sum(rival.overlap_m2 for rival in case.rivals),
    }


def _needs_reason(source: str, target: str) -> bool:
    step = find(source, target)
    return step is not None and step.reason
