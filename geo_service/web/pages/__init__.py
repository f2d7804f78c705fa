"""Pages for people: they work without scripts, load nothing from another host, and are in Dutch unless asked otherwise."""

from geo_service.web.pages import (
    about,
    api_docs,
    ask,
    choose,
    coverage,
    desk,
    emergency,
    find,
    ideas,
    initiatives,
    letters,
    mailbox,
    maps,
    mine,
    personal,
    photos,
    pictures,
    plots,
    reports,
    sign_in,
    static,
    support,
)

FOR_VISITORS = (
    find.router,
    plots.router,
    choose.router,
    ask.router,
    letters.router,
    sign_in.router,
    personal.router,
    initiatives.router,
    ideas.router,
    support.router,
    photos.router,
    mine.router,
    emergency.router,
    reports.router,
    desk.router,
    about.router,
    coverage.router,
)
"""Pages with a head that tells who is signed in."""
PAGES = (pictures.router, mailbox.router, maps.router, api_docs.router, static.router)
