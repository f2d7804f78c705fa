"""The standard Zelfbeheerbrief of a municipality, and how what staff choose goes into it. Pure."""

from datetime import date

from geo_service.adoptions.agreements.schemas import Chosen, Content, Ground, MunicipalContact
from geo_service.adoptions.schemas import AdoptionView
from geo_service.municipality import Municipality
from geo_service.plots.answer import geojson
from geo_service.words import Told

AREA_DIGITS = 2


def standard(municipality: Municipality) -> Chosen:
    """What an agreement says when staff choose nothing else."""
    letter = municipality.letter
    return Chosen(
        tasks=tuple(letter.tasks),
        means=tuple(letter.means),
        quality_level=letter.quality_level,
        term_years=int(letter.term_years.value),
        notice_weeks=int(letter.notice_weeks.value),
    )


def content_of(adoption: AdoptionView, chosen: Chosen, municipality: Municipality, contact: MunicipalContact, starts_on: date) -> Content:
    """The whole text for an adoption with its shape. Trees are the municipality's work, whatever was chosen."""
    letter = municipality.letter
    shape = geojson(adoption.geom, "RD")
    assert shape is not None, "an adoption has a shape"
    conditions = [*municipality.conditions, *letter.clauses]
    return Content(
        municipality=municipality.name,
        initiative=adoption.initiative_name,
        ground=Ground(code=adoption.plot_code, name=adoption.plot_name, area_m2=round(adoption.area_m2, AREA_DIGITS), shape=shape),
        plan=adoption.plan,
        care="partial" if adoption.care == "partial" else "full",
        tasks=(*(task for task in chosen.tasks if task != letter.trees), letter.trees),
        means=chosen.means,
        quality_level=chosen.quality_level,
        conditions=tuple(Told(nl=each.nl, en=each.en) for each in conditions),
        insurance=Told(nl=letter.insurance.nl, en=letter.insurance.en),
        starts_on=starts_on,
        term_years=chosen.term_years,
        renew_on=years_later(starts_on, chosen.term_years),
        notice_weeks=chosen.notice_weeks,
        contact=contact,
    )


def chosen_of(content: Content) -> Chosen:
    """What was chosen for an agreement, without the trees: where an edit begins."""
    *tasks, _trees = content.tasks
    kept = {name: getattr(content, name) for name in ("means", "quality_level", "term_years", "notice_weeks")}
    return Chosen(tasks=tuple(tasks), **kept)


def years_later(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
