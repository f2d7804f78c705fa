"""The web application: routers, headers, errors. Made from an open installation; nothing happens at import."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
from fastapi import Depends, FastAPI
from fastapi.routing import APIRouter

from geo_service.cartography.queries import is_schematic
from geo_service.catalogue.raster.tiles import OpenFiles
from geo_service.catalogue.remembered import Remembered
from geo_service.catalogue.tiles import TileMemory
from geo_service.db.lookups import Lookups
from geo_service.installation import Installation
from geo_service.people.oidc import Login
from geo_service.web import catalogue, openapi, problems
from geo_service.web.api import (
    adoptions,
    agreements,
    coverage,
    coverage_rasters,
    districts,
    events,
    green_objects,
    incidents,
    initiatives,
    layers,
    plot_checks,
    raster_figures,
    rasters,
    service,
    tasks,
)
from geo_service.web.headers import Headers
from geo_service.web.limits import RateLimit, Slots
from geo_service.web.media import json_only
from geo_service.web.ogc import OGC, SHORT
from geo_service.web.pages import FOR_VISITORS, PAGES, errors
from geo_service.web.pages.visitor import get_visitor

API: tuple[APIRouter, ...] = (
    plot_checks.router,
    initiatives.router,
    adoptions.router,
    agreements.router,
    events.router,
    incidents.router,
    tasks.router,
    coverage.router,
    coverage_rasters.router,
    districts.router,
    green_objects.router,
    layers.router,
    raster_figures.router,
    rasters.router,
)
"""Mounted under /api/v1."""
OTHERS: tuple[APIRouter, ...] = (service.router, catalogue.router, *OGC, *PAGES)
"""Mounted at the root: tiles, maps, pages, health."""
MAILS_PER_HOUR = 6
"""How many links to sign in one e-mail address gets: nobody's mailbox is filled by strangers."""
AT_ONCE = 16
"""Endpoints are synchronous: as many threads, and as many requests with a session, as there are connections in the pool."""


def create_app(installation: Installation, *, demo: bool = False) -> FastAPI:
    """The application for one installation. In the demo anybody may sign in as its people and read their mail."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = AT_ONCE
        app.state.lookups = Lookups(installation.url, AT_ONCE)
        yield
        await app.state.lookups.close()
        app.state.rasters.close()

    app = FastAPI(lifespan=lifespan, openapi_url="/api/v1/openapi.json", docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.installation = installation
    app.state.demo = demo
    with installation.sessions() as session:
        app.state.schematic = is_schematic(session)
    app.state.turns = asyncio.Semaphore(AT_ONCE)
    app.state.plot_check_limit = RateLimit(installation.settings.plot_checks_per_minute)
    app.state.support_code_limit = RateLimit(installation.settings.support_codes_per_minute)
    app.state.sign_in_limit = RateLimit(installation.settings.sign_ins_per_minute)
    app.state.mail_limit = RateLimit(MAILS_PER_HOUR / 60, at_once=MAILS_PER_HOUR)
    app.state.login = Login(installation.settings)
    requests = installation.settings.requests_per_day
    app.state.request_limit = RateLimit(requests / (24 * 60), at_once=requests)
    app.state.drawing_limit = RateLimit(installation.settings.plot_checks_per_minute)  # who draws has a budget beside the API's
    app.state.export_slots = Slots(installation.settings.exports_at_once)
    app.state.tiles = TileMemory()
    app.state.rasters = OpenFiles()
    app.state.figures = Remembered()
    app.router.routes.extend(SHORT)
    for router in API:
        app.include_router(router, prefix="/api/v1", dependencies=[Depends(json_only)])
    for router in FOR_VISITORS:
        app.include_router(router, dependencies=[Depends(get_visitor)])
    for router in OTHERS:
        app.include_router(router)
    problems.install(app)
    errors.install(app)
    openapi.install(app, installation.municipality)
    app.add_middleware(Headers)
    logging.getLogger("geo_service").setLevel(logging.INFO)
    return app
