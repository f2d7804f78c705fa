"""Pages for people: they work without scripts, load nothing from another host, and are in Dutch unless asked otherwise."""

from geo_service.web.pages import coverage, home, maps, static

PAGES = (home.router, coverage.router, maps.router, static.router)
