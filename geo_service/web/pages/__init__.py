"""Pages for people: they work without scripts, load nothing from another host, and are in Dutch unless asked otherwise."""

from geo_service.web.pages import api_docs, coverage, home, maps, static

PAGES = (home.router, coverage.router, maps.router, api_docs.router, static.router)
