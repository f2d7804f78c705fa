"""Absolute addresses of this service, for people and for documents."""

from urllib.parse import urlsplit

from fastapi import Request

from geo_service.installation import Installation
from geo_service.settings import LOOPBACK

LONGEST_PATH = 500


def reached_at(request: Request, here: Installation) -> str:
    """The configured address (``GEO_BASE_URL``), else the one that this reader used; without a slash at the end."""
    configured = "base_url" in here.settings.model_fields_set
    return (here.settings.base_url if configured else str(request.base_url)).rstrip("/")


def own_path(asked: str, otherwise: str) -> str:
    """An address on this site to go on to; anything that a browser could take for another site is left out."""
    own = asked.startswith("/") and not asked.startswith("//") and asked.isprintable() and "\\" not in asked
    return asked if own and len(asked) <= LONGEST_PATH and " " not in asked else otherwise


def host_of(address: str) -> str:
    """Host and port of an address as a header tells it; empty when it is none."""
    try:
        return urlsplit(address).netloc
    except ValueError:  # a bracket that does not close
        return ""


def is_loopback(address: str) -> bool:
    """Whether an address of a page is on this machine itself."""
    return bool(host_of(address)) and urlsplit(address).hostname in LOOPBACK
