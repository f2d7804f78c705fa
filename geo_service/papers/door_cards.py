"""Cards for the doors of neighbours: two on a sheet, each with the code of one household."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import segno

from geo_service.errors import N_
from geo_service.municipality import Municipality
from geo_service.papers.typesetting import pdf
from geo_service.words import Language, number, say

TITLE = N_("Do you support this plan for the green near you?")
WHO = N_("{name} would like to look after this green: {m2} m², plot {code}.")
PLAN = N_("The plan")
ANSWER = N_("Scan the code with your phone, or go to {address} and type:")
PAPER = N_("No internet? Write a cross, and give this card to {name} or to the municipality. They type your answer in.")
ANSWERS = (N_("I support this"), N_("No opinion"), N_("I object"))
VOICE = N_("One voice per household. We count voices. We keep no name and no address with your answer.")
QR_ALT = N_("QR code that opens the page on which you answer")
MAP_ALT = N_("Map of the green that this is about")
LONGEST_PLAN = 260


@dataclass(frozen=True)
class Plan:
    """What neighbours are asked about."""

    initiative: str
    plot_code: str
    area_m2: float
    text: str


def door_cards(
    cards: Sequence[tuple[str, str]], plan: Plan, municipality: Municipality, base_url: str, map_svg: str, language: Language, now: datetime
) -> bytes:
    """A PDF with a card per (address, code), in the order of the doors. The address is there for delivery only."""
    data = {
        "language": language,
        "municipality": municipality.name,
        "words": {
            "title": say(TITLE, language),
            "who": say(WHO, language, name=plan.initiative, m2=number(plan.area_m2, language), code=plan.plot_code),
            "plan_title": say(PLAN, language),
            "plan": plan.text if len(plan.text) <= LONGEST_PLAN else plan.text[: LONGEST_PLAN - 1] + "…",
            "answer": say(ANSWER, language, address=f"{base_url}/steun"),
            "paper": say(PAPER, language, name=plan.initiative),
            "answers": [say(each, language) for each in ANSWERS],
            "voice": say(VOICE, language),
            "qr_alt": say(QR_ALT, language),
            "map_alt": say(MAP_ALT, language),
        },
        "cards": [{"address": address, "code": code} for address, code in cards],
    }
    pictures = {"map": map_svg, **{code: _qr(f"{base_url}/steun?code={code}") for _address, code in cards}}
    return pdf("door_cards", data, pictures, now)


def _qr(address: str) -> str:
    return str(segno.make(address, error="m", micro=False).svg_inline(border=2, scale=4, dark="#18211c"))
