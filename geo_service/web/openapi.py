"""The OpenAPI document: FastAPI's, with problem+json for every refusal and 400 where FastAPI would say 422."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from geo_service import __version__
from geo_service.municipality import Municipality

DESCRIPTION = """Plekken, initiatieven en dekking van zelfbeheer in {name}.

Geometrie is GeoJSON in CRS84 (lengtegraad, breedtegraad), of RD (EPSG:28992) met `crs` of `Content-Crs`.
Fouten zijn problem+json (RFC 9457), in de taal van `Accept-Language` (nl, en).
De namen zijn Engels, met een openbare woordenlijst: onze ene afwijking van de NLGov REST API Design Rules."""

HOW_TO_SIGN_IN = "`geo-service people token E-MAIL`"


def install(app: FastAPI, municipality: Municipality) -> None:
    """Replace ``app.openapi``."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, municipality)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _document(app: FastAPI, municipality: Municipality) -> dict[str, Any]:
    document = get_openapi(
        title=f"Zelfbeheer {municipality.name}",
        version=__version__,
        description=DESCRIPTION.format(name=municipality.name),
        routes=app.routes,
        contact={"name": municipality.contact_name, "url": municipality.contact_url, "email": municipality.contact_email},
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    )
    for path in document["paths"].values():
        for operation in path.values():
            _refusals_are_problems(operation["responses"])
    document["security"] = [{}, {"token": []}]
    document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "description": HOW_TO_SIGN_IN}}
    schemas = document.get("components", {}).get("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return document


def _refusals_are_problems(responses: dict[str, Any]) -> None:
    responses.pop("422", None)
    for status, response in responses.items():
        content = response.get("content", {})
        if status >= "400" and "application/json" in content:
            content["application/problem+json"] = content.pop("application/json")
        response.setdefault("headers", {})["API-Version"] = {"schema": {"type": "string"}, "description": "Version of this API."}
