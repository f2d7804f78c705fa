"""What somebody fills in to ask for ground: from fields to a request, with everything that is wrong told at once."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from starlette.datastructures import FormData

from geo_service.adoptions.asking.schemas import Filled
from geo_service.adoptions.schemas import MEASURES, AdoptionRequest
from geo_service.errors import N_, GeoServiceError, InvalidInput, fault
from geo_service.people.service import checked_address
from geo_service.plots.geojson import Asked
from geo_service.web.pages import forms
from geo_service.web.pages.chosen import Chosen
from geo_service.words import Language

LINE = re.compile(r"[^\x00-\x1f]{1,120}")
LONG = 4000
SINGLE = ("sleutel", "naam_plek", "met", "groep", "zorg", "plan", "begin", "naam", "email", "akkoord")
CARES = {"volledig": "full", "deels": "partial"}
WRONG_ADDRESS = N_("Fill in an e-mail address like name@example.com.")
FIELD_OF = {"startsOn": "begin"}
"""Where a fault of the service is told on the form."""


@dataclass
class Values:
    """The fields as they were typed; at first what is most likely."""

    typed: dict[str, str] = field(default_factory=dict)
    measures: tuple[str, ...] = ()
    wrong: list[dict[str, Any]] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.typed.get(name, "")

    def day_after(self, today: date) -> date:
        """The first day as it was typed, today when it is none or over."""
        try:
            return max(date.fromisoformat(self["begin"]), today)
        except ValueError:
            return today

    def refuse(self, name: str, text: str, **values: Any) -> None:
        """Remember what is wrong with a field."""
        self.wrong.append(fault(name, text, **values))


def first_values(today: date, initiative_id: UUID | None) -> Values:
    """An empty form."""
    return Values({"sleutel": str(uuid4()), "met": str(initiative_id or "alleen"), "zorg": "volledig", "begin": today.isoformat()})


def read_values(form: FormData) -> Values:
    """The fields of a form that was sent."""
    typed = {name: forms.field(form, name)[: LONG + 1] for name in SINGLE}
    return Values(typed, tuple(one for one in forms.fields(form, "maatregelen") if one in MEASURES))


def read_request(values: Values, chosen: Chosen, asked: Asked | None, language: Language, *, signed_in: bool) -> Filled:
    """The request; InvalidInput with everything that is wrong."""
    values.wrong.clear()
    request = AdoptionRequest(
        asked=None if chosen.plot else asked,
        plot_code=chosen.plot,
        name=None if chosen.plot else _line(values, "naam_plek", N_("Give the plot a name."), required=True),
        plan=_plan(values),
        starts_on=_day(values),
        care=_care(values),
        measures=values.measures,
        **_initiative(values, chosen, signed_in),
    )
    if not signed_in:
        if not is_address(values["email"]):
            values.refuse("email", WRONG_ADDRESS)
        _line(values, "naam")
    if values["akkoord"] != "ja":
        values.refuse("akkoord", N_("Read the conditions and tick that you agree."))
    if values.wrong:
        raise InvalidInput(details={"errors": values.wrong})
    return Filled(UUID(values["sleutel"]), request, language)


def is_address(text: str) -> bool:
    """Whether this can be an e-mail address."""
    try:
        return bool(checked_address(text))
    except InvalidInput:
        return False


def check_key(values: Values) -> None:
    """Forms carry a key that makes sending them twice harmless; without one they get one."""
    try:
        UUID(values["sleutel"])
    except ValueError:
        values.typed["sleutel"] = str(uuid4())


def told(error: GeoServiceError, language: Language) -> dict[str, str]:
    """What is wrong, per field of this form."""
    return {FIELD_OF.get(name, name): text for name, text in forms.told(error, language).items()}


def _line(values: Values, name: str, missing: str = "", *, required: bool = False) -> str | None:
    text = values[name]
    if not text and required:
        values.refuse(name, missing)
    elif text and not LINE.fullmatch(text):
        values.refuse(name, N_("Keep it to one line of at most 120 letters."))
    return text or None


def _plan(values: Values) -> str | None:
    if len(values["plan"]) > LONG or "\x00" in values["plan"]:
        values.refuse("plan", N_("This is too long: at most {most} letters."), most=LONG)
    return values["plan"] or None


def _day(values: Values) -> date | None:
    try:
        return date.fromisoformat(values["begin"]) if values["begin"] else None
    except ValueError:
        values.refuse("begin", N_("Write the day as in 2026-11-21."))
        return None


def _care(values: Values) -> str:
    if values["zorg"] not in CARES:
        values.refuse("zorg", N_("Choose what you take care of."))
    elif values["zorg"] == "deels" and not values.measures:
        values.refuse("maatregelen", N_("Tick at least one thing that you will do."))
    return CARES.get(values["zorg"], "full")


def _initiative(values: Values, chosen: Chosen, signed_in: bool) -> dict[str, Any]:
    """With whom: one of the initiatives of somebody who is signed in, or a new one, named after the plot when it has no name."""
    if values["met"] not in ("alleen", "buren"):
        try:
            own = UUID(values["met"]) if signed_in else None
        except ValueError:
            own = None
        if own:
            return {"initiative_id": own}
        values.refuse("met", N_("Choose with whom you do it."))
    group = _line(values, "groep") if values["met"] == "buren" else None
    return {"initiative_name": group or values["naam_plek"] or chosen.plot}
