"""Pages for people: they work without scripts, load nothing from another host, and are in Dutch unless asked otherwise."""

from geo_service.web.pages import maps, static

PAGES = (maps.router, static.router)
