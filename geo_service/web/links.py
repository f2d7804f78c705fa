"""Absolute addresses of this service, for people and for documents."""

from fastapi import Request

from geo_service.installation import Installation


def reached_at(request: Request, here: Installation) -> str:
    """The configured address (``GEO_BASE_URL``), else the one that this reader used; without a slash at the end."""
    configured = "base_url" in here.settings.model_fields_set
    return (here.settings.base_url if configured else str(request.base_url)).rstrip("/")
