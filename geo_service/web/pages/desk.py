"""``/beheer``: the queue of requests for staff, and one request with its decision and the steps that this person may take."""

from collections import Counter
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from geo_service.adoptions.agreements import light_track, paper
from geo_service.adoptions.desk import queries, service
from geo_service.adoptions.desk.service import Case
from geo_service.adoptions.states import LABELS, PUBLIC_STATUS, find
from geo_service.days import day_of
from geo_service.errors import N_, WrongState
from geo_service.papers.picture import Mark, picture
from geo_service.web.pages.forms import OwnForm, field, see_other
from geo_service.web.pages.page import SignedInPage, StaffPage
from geo_service.web.pages.pictures import POLICY
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
def queue(page: StaffPage, state: Annotated[str | None, Query(alias="status", max_length=40)] = None) -> HTMLResponse:
    """What waits, oldest first; of one state when asked."""
    rows = queries.queue(page.session, page.actor, page.today)
    content = {
        "rows": [row for row in rows if state in (None, "", row.state)],
        "counts": Counter(row.state for row in rows),
        "state": state or None,
        "labels": LABELS,
        "public_status": PUBLIC_STATUS,
        "day_of": day_of,
        "today": page.today,
    }
    return page.show("desk/queue.html", content)


@router.get("/beheer/aanvragen/{adoption_id}")
def one_request(page: StaffPage, adoption_id: UUID) -> HTMLResponse:
    """One request: the decision per rule, who asks, who else does, and what can be done."""
    return page.show("desk/request.html", _content(case_of(page, adoption_id)))


@router.get("/beheer/aanvragen/{adoption_id}/kaart.svg")
def picture_of_request(page: StaffPage, adoption_id: UUID) -> Response:
    """The request with what others ask for, and the ground at fault."""
    case = case_of(page, adoption_id)
    kinds = {"failed": "fault", "needs_consent": "consent"}
    faults = [Mark(kinds[rule.outcome], rule.fault) for rule in case.decision.outcomes if rule.outcome in kinds and rule.fault]
    others = [Mark("other", rival.shape) for rival in case.rivals]
    width, height, margin = PICTURE
    drawn = picture(
        page.session,
        case.decision.shape,
        width=width,
        height=height,
        margin_m=margin,
        marks=[*others, *faults],
        content=page.here.content,
        language=page.language,
    )
    return Response(drawn, media_type="image/svg+xml", headers={"Cache-Control": "no-store", "Content-Security-Policy": POLICY})


@router.post("/beheer/aanvragen/{adoption_id}")
def decide(page: StaffPage, adoption_id: UUID, form: OwnForm) -> Response:
    """Take a step, from the state that was on the page. When a colleague was first nothing happens, and what was written stays."""
    service.staffs(page.session, page.actor, adoption_id, page.now)
    sender, reason, seen = page.sender, field(form, "reden"), field(form, "van")

    def work() -> None:
        if field(form, "naar") == "bezwaar":
            light_track.object_to(page.session, page.actor, adoption_id, reason, sender)
        else:
            service.decide_on(page.session, page.actor, adoption_id, seen, field(form, "naar"), reason, sender, page.language)

    refused = page.attempt(work)
    if refused is None:
        return see_other(f"/beheer/aanvragen/{adoption_id}")
    case = case_of(page, adoption_id)
    wrong = {"reden" if name == "reason" else name: text for name, text in page.told(refused).items()}
    if isinstance(refused, WrongState) and case.last and case.view.state != seen:
        who = case.last.who or say(BY["service"], page.language)
        wrong = {"": say(FIRST, page.language, who=who, state=say(LABELS[case.view.state], page.language))}
    return page.show("desk/request.html", _content(case, wrong, reason), status_of(refused))


def case_of(page: SignedInPage, adoption_id: UUID) -> Case:
    """The request as this person of staff may see it."""
    return service.case(page.session, page.actor, adoption_id, page.municipality, page.now)


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
