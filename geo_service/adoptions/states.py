"""The life of an adoption: its states, which change to which, and who may do it. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from geo_service.errors import N_

STATES = (
    "draft", "submitted", "in_review", "site_visit", "agreement_draft", "awaiting_signatures",
    "active", "improvement", "notice_given", "ended", "refused", "withdrawn",
)  # fmt: skip
CLAIMING = ("draft", "submitted", "in_review", "site_visit")
"""Asks for ground without holding it; a draft only while its reservation lasts."""
ASKED = ("submitted", "in_review", "site_visit")
"""A request that staff have not decided on."""
GRANTED = ("agreement_draft", "awaiting_signatures", "active", "improvement", "notice_given", "ended")
"""Holds ground in its period; the database refuses a second one."""
ADOPTED = ("active", "improvement", "notice_given", "ended")
"""Counts in coverage and in what crews must leave, within its period."""
KEPT = ("active", "improvement", "notice_given")
"""Residents look after it now: what can be paused and handed back."""
FINAL = ("ended", "refused", "withdrawn")

RESIDENT = "resident"
"""Acts as a member of the initiative, whatever other roles the person has."""
SERVICE = "service"
"""The service itself: what follows from a rule or from time, without a person."""
DECIDERS = ("wijkregisseur", "admin")
OVERSEERS = ("wijkregisseur", "toezichthouder", "admin")
PLANNERS = (*OVERSEERS, "planner")
"""Whose plan takes over what is paused: they may end a pause."""


@dataclass(frozen=True)
class Transition:
    """From one state to another, by members of the initiative (``resident``), staff roles or the ``service``; ``reason``: one is needed."""

    source: str
    target: str
    by: tuple[str, ...]
    reason: bool = False


TRANSITIONS = (
    Transition("draft", "submitted", (RESIDENT,)),
    Transition("draft", "withdrawn", (RESIDENT, SERVICE)),
    Transition("submitted", "in_review", DECIDERS),
    Transition("submitted", "agreement_draft", DECIDERS),
    Transition("submitted", "awaiting_signatures", (SERVICE,)),
    Transition("submitted", "refused", DECIDERS, reason=True),
    Transition("submitted", "withdrawn", (RESIDENT,)),
    Transition("in_review", "site_visit", OVERSEERS),
    Transition("in_review", "agreement_draft", DECIDERS),
    Transition("in_review", "refused", DECIDERS, reason=True),
    Transition("in_review", "withdrawn", (RESIDENT,)),
    Transition("site_visit", "in_review", OVERSEERS),
    Transition("site_visit", "agreement_draft", DECIDERS),
    Transition("site_visit", "refused", DECIDERS, reason=True),
    Transition("site_visit", "withdrawn", (RESIDENT,)),
    Transition("agreement_draft", "awaiting_signatures", DECIDERS),
    Transition("agreement_draft", "refused", DECIDERS, reason=True),
    Transition("agreement_draft", "withdrawn", (RESIDENT,)),
    Transition("awaiting_signatures", "active", (*DECIDERS, SERVICE)),
    Transition("awaiting_signatures", "in_review", (SERVICE,), reason=True),
    Transition("awaiting_signatures", "agreement_draft", DECIDERS),
    Transition("awaiting_signatures", "refused", DECIDERS, reason=True),
    Transition("awaiting_signatures", "withdrawn", (RESIDENT,)),
    Transition("active", "improvement", OVERSEERS, reason=True),
    Transition("active", "notice_given", (RESIDENT, *DECIDERS), reason=True),
    Transition("active", "ended", (RESIDENT, *DECIDERS), reason=True),
    Transition("improvement", "active", OVERSEERS),
    Transition("improvement", "notice_given", (RESIDENT, *DECIDERS), reason=True),
    Transition("improvement", "ended", (RESIDENT, *DECIDERS), reason=True),
    Transition("notice_given", "active", DECIDERS, reason=True),
    Transition("notice_given", "ended", (RESIDENT, *DECIDERS)),
)

LABELS = {
    "draft": N_("draft"),
    "submitted": N_("submitted"),
    "in_review": N_("in review"),
    "site_visit": N_("site visit planned"),
    "agreement_draft": N_("agreement in preparation"),
    "awaiting_signatures": N_("awaiting signatures"),
    "active": N_("active"),
    "improvement": N_("improvement agreed"),
    "notice_given": N_("notice given"),
    "ended": N_("ended"),
    "refused": N_("refused"),
    "withdrawn": N_("withdrawn"),
}

PUBLIC_STATUS = {
    "draft": "gereserveerd",
    "submitted": "aangevraagd",
    "in_review": "aangevraagd",
    "site_visit": "aangevraagd",
    "agreement_draft": "aangevraagd",
    "awaiting_signatures": "aangevraagd",
    "active": "geadopteerd",
    "improvement": "geadopteerd",
    "notice_given": "geadopteerd",
    "ended": "vrij",
    "refused": "vrij",
    "withdrawn": "vrij",
}
"""The one table from states to the words on public maps (see the glossary)."""


def find(source: str, target: str) -> Transition | None:
    """The transition from one state to another, if there is one."""
    return next((t for t in TRANSITIONS if (t.source, t.target) == (source, target)), None)


def targets(source: str, acting_as: Collection[str]) -> tuple[str, ...]:
    """Where somebody in these roles can take an adoption in this state."""
    return tuple(t.target for t in TRANSITIONS if t.source == source and set(t.by).intersection(acting_as))


def diagram() -> str:
    """The states as a Mermaid diagram; docs/adoption-states.md shows this text, checked by a test."""
    lines = ["stateDiagram-v2", "  [*] --> draft", "  [*] --> submitted"]
    lines += [f"  {t.source} --> {t.target}: {', '.join(t.by)}{' (reason)' if t.reason else ''}" for t in TRANSITIONS]
    lines += [f"  {state} --> [*]" for state in FINAL]
    return "\n".join(lines)
