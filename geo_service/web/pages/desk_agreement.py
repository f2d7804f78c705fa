"""``/beheer/aanvragen/{id}/afspraken``: staff write the Zelfbeheerbrief: who does what, means, level and term."""

from itertools import zip_longest
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from geo_service.adoptions.agreements import paper
from geo_service.adoptions.agreements import service as letters
from geo_service.adoptions.agreements.schemas import LEVELS, Chosen
from geo_service.adoptions.agreements.standard import chosen_of, standard
from geo_service.adoptions.desk.service import Case
from geo_service.errors import N_, InvalidInput, NotAllowed, fault
from geo_service.municipality import MEANS, WHO, Means, Municipality, Task
from geo_service.web.pages.desk import case_of
from geo_service.web.pages.forms import OwnForm, field
from geo_service.web.pages.page import Faults, StaffPage
from geo_service.words import Told

router = APIRouter(include_in_schema=False)
PAGE = "/beheer/aanvragen/{adoption_id}/afspraken"
SPARE, MOST_ROWS, LONGEST = 2, 30, 200
KINDS = {"budget": N_("Budget"), "tools": N_("Tools"), "expertise": N_("Expertise")}
Row = tuple[str, ...]


@router.get(PAGE)
def agreement_form(page: StaffPage, adoption_id: UUID) -> HTMLResponse:
    """The newest version to go on from, or the standard one."""
    case = case_of(page, adoption_id)
    if not case.writes:
        raise NotAllowed
    return page.show("desk/agreement.html", _content(case, _values(_begin(case, page.municipality))))


@router.post(PAGE)
def write_agreement(page: StaffPage, adoption_id: UUID, form: OwnForm) -> Response:
    """Keep what was written as this version, or as the next one when somebody signed this one."""
    case = case_of(page, adoption_id)

    def work() -> object:
        chosen = _read(form, _known(case, page.municipality))
        return letters.write(page.session, page.actor, adoption_id, chosen, page.municipality, page.now)

    def anew(faults: Faults, status: int) -> HTMLResponse:
        return page.show("desk/agreement.html", _content(case, _typed(form), faults), status)

    return page.answer(work, f"/beheer/aanvragen/{adoption_id}", anew)


def _begin(case: Case, municipality: Municipality) -> Chosen:
    return chosen_of(case.newest.content) if case.newest else standard(municipality)


def _known(case: Case, municipality: Municipality) -> dict[str, Told]:
    """Texts that have an English side already, by their Dutch one: staff write Dutch only."""
    texts = [standard(municipality), _begin(case, municipality)]
    found = [told for each in texts for task in each.tasks for told in (task.work, task.frequency)]
    return {told.nl: told for told in [*found, *(means.what for each in texts for means in each.means)]}


def _values(chosen: Chosen) -> dict[str, object]:
    return {
        "tasks": [(task.work.nl, task.frequency.nl, task.who) for task in chosen.tasks],
        "means": [(each.kind, each.what.nl, "" if each.euro_per_year is None else f"{each.euro_per_year:.0f}") for each in chosen.means],
        "level": chosen.quality_level or "",
        "years": str(chosen.term_years),
        "weeks": str(chosen.notice_weeks),
    }


def _typed(form: FormData) -> dict[str, object]:
    rows = {"tasks": _rows(form, "werk", "vaak", "wie"), "means": _rows(form, "middel", "wat", "euro")}
    return {**rows, "level": field(form, "niveau"), "years": field(form, "jaren"), "weeks": field(form, "weken")}


def _rows(form: FormData, *names: str) -> list[Row]:
    """Rows of fields with the same names; those that say nothing drop out. What the row is about comes first or second."""
    columns = [[str(value).strip() for value in form.getlist(name)] for name in names]
    said = 1 if names[0] == "middel" else 0
    return [row for row in zip_longest(*columns, fillvalue="") if row[said]][:MOST_ROWS]


def _read(form: FormData, known: dict[str, Told]) -> Chosen:
    def text(words: str) -> Told:
        return known.get(words, Told(nl=words, en=words))

    typed, faults = _typed(form), []
    tasks = _rows(form, "werk", "vaak", "wie")
    if not tasks:
        faults.append(fault("werk", N_("Write at least one thing that somebody does.")))
    if any(not often or who not in WHO or len(work) > LONGEST or len(often) > LONGEST for work, often, who in tasks):
        faults.append(fault("werk", N_("Tell of each row how often, and who does it.")))
    means = _rows(form, "middel", "wat", "euro")
    if any(kind not in MEANS or (euro and not euro.isdecimal()) or len(what) > LONGEST or len(euro) > 6 for kind, what, euro in means):
        faults.append(fault("wat", N_("Write euros as a whole number.")))
    if not _between(typed["years"], 1, 25):
        faults.append(fault("jaren", N_("Write a number from {least} to {most}."), least=1, most=25))
    if not _between(typed["weeks"], 0, 52):
        faults.append(fault("weken", N_("Write a number from {least} to {most}."), least=0, most=52))
    if typed["level"] not in ("", *LEVELS):
        faults.append(fault("niveau", N_("Choose a level.")))
    if faults:
        raise InvalidInput(details={"errors": faults})
    return Chosen(
        tasks=tuple(Task(work=text(work), frequency=text(often), who=who) for work, often, who in tasks),
        means=tuple(Means(kind=kind, what=text(what), euro_per_year=float(euro) if euro else None) for kind, what, euro in means),
        quality_level=next((level for level in LEVELS if level == typed["level"]), None),
        term_years=int(str(typed["years"])),
        notice_weeks=int(str(typed["weeks"])),
    )


def _between(typed: object, least: int, most: int) -> bool:
    return str(typed).isdecimal() and len(str(typed)) < 4 and least <= int(str(typed)) <= most


def _content(case: Case, values: dict[str, object], faults: Faults | None = None) -> dict[str, object]:
    return {
        "case": case,
        "view": case.view,
        "values": values,
        "spare": SPARE,
        "who": paper.WHO,
        "kinds": KINDS,
        "levels": paper.LEVELS,
        "faults": faults or {},
        "next_version": bool(case.newest and case.newest.signatures),
    }
