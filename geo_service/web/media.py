"""Bodies are JSON, in UTF-8."""

from fastapi import Request

from geo_service.errors import WrongMediaType

MEDIA_TYPES = ("application/json", "application/geo+json")
WITH_BODY = ("POST", "PATCH")


def json_only(request: Request) -> None:
    """Refuse a body that says it is something else."""
    if request.method not in WITH_BODY:
        return
    media_type, _, parameters = request.headers.get("content-type", MEDIA_TYPES[0]).partition(";")
    charset = parameters.lower().replace(" ", "").replace('"', "").partition("charset=")[2]
    if media_type.strip().lower() not in MEDIA_TYPES or charset not in ("", "utf-8", "utf8"):
        raise WrongMediaType
