"""The sign on a plot that residents keep: it tells crews to leave it, and its code opens the public page of the plot."""

import io

import segno

from geo_service.errors import N_
from geo_service.municipality import Municipality
from geo_service.papers.typesetting import pdf
from geo_service.words import Language, say

CARED_FOR = N_("Residents look after this")
LEAVE_IT = N_("Do not mow")


def sign(code: str, name: str, address: str, municipality: Municipality, language: Language) -> bytes:
    """A sign of A5 as PDF. ``address`` is what the QR code opens."""
    data = {
        "language": language,
        "title": say(N_("Sign for {plot}"), language, plot=code),
        "cared": say(CARED_FOR, language),
        "leave": say(LEAVE_IT, language),
        "code": code,
        "name": name,
        "scan": say(N_("Scan the code to see what grows here and how to join in."), language),
        "alt": say(N_("QR code that opens {address}"), language, address=address),
        "address": address.removeprefix("https://").removeprefix("http://"),
        "contact": say(N_("Questions? {contact}, municipality of {place}: {email}"), language, **_contact(municipality)),
    }
    return pdf("sign", data, {"qr": qr_code(address)})


def qr_code(address: str) -> str:
    """The address as a QR code (SVG) that can be read when a seventh of it is dirty."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", scale=10, border=4, svgclass=None, lineclass=None)
    return out.getvalue().decode()


def _contact(municipality: Municipality) -> dict[str, str]:
    return {"contact": municipality.contact_name, "place": municipality.name, "email": municipality.contact_email}
