"""The Zelfbeheerbrief on paper: the same content as on the page, with a map drawn from its own geometry and the names on a last page."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shapely.geometry import shape
from sqlalchemy.orm import Session

from geo_service.adoptions.agreements.schemas import AgreementView, Content, Side, Signature
from geo_service.days import day_of
from geo_service.errors import N_
from geo_service.geometry import multipolygon
from geo_service.municipality import Means
from geo_service.papers.picture import picture
from geo_service.papers.typesetting import pdf
from geo_service.words import Language, number, say, say_date

MAP_PX, MARGIN_M = (640, 320), 20.0
SIDES = {"residents": N_("The residents"), "municipality": N_("The municipality")}
WHO = {"residents": N_("Residents"), "municipality": N_("Municipality"), "together": N_("Together")}
LEVELS = {
    "A+": N_("A+: spotless"),
    "A": N_("A: neat, hardly any weeds"),
    "B": N_("B: neat, a few weeds are fine"),
    "C": N_("C: weeds may show"),
    "D": N_("D: rough"),
}
COLUMNS = (N_("What"), N_("How often"), N_("Who"))
BY_MANDATE = N_("Signed by mandate, because every rule passed")
NOT_YET = N_("Not signed yet")


def made(session: Session, version: AgreementView, language: Language, content: Path | None = None) -> bytes:
    """A version as PDF/A with tags. The same version gives the same bytes as long as the ground on the map is the same."""
    ground = multipolygon(shape(version.content.ground.shape))
    width, height = MAP_PX
    drawn = picture(session, ground, width=width, height=height, margin_m=MARGIN_M, content=content, language=language)
    at = max((signature.signed_at for signature in version.signatures), default=version.made_at)
    return pdf("zelfbeheerbrief", _data(version, language), {"map": drawn}, at)


def _data(version: AgreementView, language: Language) -> dict[str, Any]:
    text = version.content
    return {
        "language": language,
        "words": _words(version, language),
        "municipality": text.municipality,
        "code": text.ground.code,
        "name": text.ground.name,
        "facts": facts(text, language),
        "tasks": [[task.work.told(language), task.frequency.told(language), say(WHO[task.who], language)] for task in text.tasks],
        "means": [means_told(each, language) for each in text.means],
        "conditions": [each.told(language) for each in (*text.conditions, text.insurance)],
        "term": term_told(text, language),
        "plan": text.plan,
        "signatures": [_signature(side, version, language) for side in ("residents", "municipality")],
        "digest": version.digest,
    }


def _words(version: AgreementView, language: Language) -> dict[str, Any]:
    text = version.content
    values = {"number": version.number, "day": day_of(version.made_at)}
    parties = {"initiative": text.initiative, "place": text.municipality}
    return {
        "title": say(N_("Zelfbeheerbrief"), language),
        "version": say(N_("version {number} of {day}"), language, **values),
        "between": say(N_("Agreement between {initiative} and the municipality of {place}"), language, **parties),
        "map_alt": say(N_("Map of {name}, {m2} m²."), language, name=text.ground.name, m2=text.ground.area_m2),
        "who_does_what": say(N_("Who does what"), language),
        "columns": [say(name, language) for name in COLUMNS],
        "means": say(N_("What the municipality gives"), language),
        "agreed": say(N_("What we agree on"), language),
        "term": say(N_("How long it lasts"), language),
        "plan": say(N_("What the residents want to do"), language),
        "signatures": say(N_("Signatures"), language),
        "signed_how": say(N_("Both sides sign on screen, after reading this agreement. The Dutch text counts."), language),
        "digest": say(N_("Fingerprint of the content (SHA-256):"), language),
    }


def facts(text: Content, language: Language) -> list[tuple[str, str]]:
    """The facts on top: what, how large, from when, whom to ask."""
    told = [
        (say(N_("Plot"), language), f"{text.ground.name} ({text.ground.code})"),
        (say(N_("Size"), language), f"{number(text.ground.area_m2, language, 0)} m²"),
        (say(N_("Residents"), language), text.initiative),
        (say(N_("Starts on"), language), say_date(text.starts_on, language)),
        (say(N_("Contact person of the municipality"), language), f"{text.contact.name}, {text.contact.email}"),
    ]
    if text.quality_level:
        told.append((say(N_("How it should look"), language), say(LEVELS[text.quality_level], language)))
    return told


def means_told(each: Means, language: Language) -> str:
    """One of the means, with its euros where it is a budget."""
    if each.euro_per_year is None:
        return each.what.told(language)
    return say(N_("{what}: {euro} euro a year"), language, what=each.what.told(language), euro=int(each.euro_per_year))


def term_told(text: Content, language: Language) -> Sequence[str]:
    """How long it lasts and how it ends."""
    lasts = say(
        N_("This agreement lasts {years} years. Around {day} we talk about going on."), language, years=text.term_years, day=text.renew_on
    )
    stop = N_("You may stop at any time, without giving a reason. Then tell us {weeks} weeks before.")
    if not text.notice_weeks:
        stop = N_("You may stop at any time, without giving a reason.")
    return [lasts, say(stop, language, weeks=text.notice_weeks)]


def signer(version: AgreementView, found: Signature, language: Language) -> str:
    """Who signed, in words; the side itself where a name was forgotten."""
    if found.mandated:
        return say(BY_MANDATE, language)
    return found.name or (version.content.initiative if found.side == "residents" else version.content.municipality)


def _signature(side: Side, version: AgreementView, language: Language) -> list[str]:
    found = version.signed_by(side)
    if found is None:
        return [say(SIDES[side], language), say(NOT_YET, language), ""]
    return [say(SIDES[side], language), signer(version, found, language), say_date(day_of(found.signed_at), language)]
