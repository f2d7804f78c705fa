"""What follows on each state, and who has the ball: the words beside the states for those who wait."""

from dataclasses import dataclass

from geo_service.errors import N_

YOU, MUNICIPALITY, BOTH, NOBODY = "you", "municipality", "both", "nobody"
BALL = {YOU: N_("It is up to you"), MUNICIPALITY: N_("It is up to the municipality"), BOTH: N_("You and the municipality"), NOBODY: ""}


@dataclass(frozen=True)
class Waiting:
    """``text`` may name ``{until}`` (when a reservation lapses), ``{weeks}`` (until an answer), ``{initiative}`` and ``{end}``."""

    ball: str
    title: str
    text: str


WAITING = {
    "draft": Waiting(YOU, N_("Confirm your e-mail"), N_("Confirm your e-mail before {until}. Otherwise the plot becomes free again.")),
    "submitted": Waiting(MUNICIPALITY, N_("The municipality looks"), N_("You hear within {weeks} weeks whether it can be done.")),
    "in_review": Waiting(MUNICIPALITY, N_("The municipality looks"), N_("Somebody checks your request. You hear within {weeks} weeks.")),
    "site_visit": Waiting(
        BOTH, N_("We come and look"), N_("Somebody of the municipality comes to look at the plot. Your contact makes the appointment.")
    ),
    "agreement_draft": Waiting(
        MUNICIPALITY,
        N_("The municipality writes the agreement"),
        N_("Soon you get the Zelfbeheerbrief to read. Nothing is fixed before you sign."),
    ),
    "awaiting_signatures": Waiting(
        YOU, N_("Read and sign"), N_("Read the Zelfbeheerbrief and sign it. Not what you meant? Tell your contact first.")
    ),
    "active": Waiting(YOU, N_("You look after it"), N_("The plot is yours to look after.")),
    "improvement": Waiting(BOTH, N_("Work on it together"), N_("We agreed to make the plot better. Your contact knows what helps.")),
    "notice_given": Waiting(
        MUNICIPALITY, N_("The municipality takes it over"), N_("You gave notice. Until the end is fixed you look after it.")
    ),
    "ended": Waiting(NOBODY, N_("This has ended"), N_("You looked after this plot. Thank you for what you did.")),
    "refused": Waiting(
        NOBODY, N_("It cannot be done here"), N_("The municipality said no. The reason is below. You may try another plot.")
    ),
    "withdrawn": Waiting(NOBODY, N_("You withdrew this request"), N_("The plot is free again. You may ask anew.")),
}

WAY = ("draft", "submitted", "agreement_draft", "awaiting_signatures", "active")
"""The steps of a request, as they are told ahead."""


def still_to_come(state: str) -> list[Waiting]:
    """The steps after a state, for a request that goes well; none once it is kept or over."""
    reached = "submitted" if state in ("in_review", "site_visit") else state
    return [WAITING[step] for step in WAY[WAY.index(reached) + 1 :]] if reached in WAY else []
