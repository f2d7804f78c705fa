"""What a Folium document wants from other hosts, and what it gets from us instead. An address that is not in the table is an error."""

from branca.element import CssLink, Figure, JavascriptLink

from geo_service.errors import N_, SetupError

LEAFLET = "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist"
AWESOME = "https://cdnjs.cloudflare.com/ajax/libs/Leaflet.awesome-markers/2.0.2/leaflet.awesome-markers"
OURS: dict[str, str | None] = {
    f"{LEAFLET}/leaflet.js": "map.js",
    f"{LEAFLET}/leaflet.css": "map.css",
    # only icon markers need these, and our maps have none
    "https://code.jquery.com/jquery-3.7.1.min.js": None,
    "https://cdn.jsdelivr.net/npm/bootstrap@5.2.2/dist/js/bootstrap.bundle.min.js": None,
    "https://cdn.jsdelivr.net/npm/bootstrap@5.2.2/dist/css/bootstrap.min.css": None,
    "https://netdna.bootstrapcdn.com/bootstrap/3.0.0/css/bootstrap-glyphicons.css": None,
    "https://cdn.jsdelivr.net/npm/@fortawesome/fontawesome-free@6.2.0/css/all.min.css": None,
    "https://cdn.jsdelivr.net/gh/python-visualization/folium/folium/templates/leaflet.awesome.rotate.min.css": None,
    f"{AWESOME}.js": None,
    f"{AWESOME}.css": None,
}
UNKNOWN = N_("The map wants {url}, which is not served by us; add it to cartography/assets.py.")


def take_out_links(figure: Figure) -> list[str]:
    """Remove every link from a rendered figure, and name the assets of ours that replace them.

    Raises
    ------
    SetupError
        When a link is not in the table: a map never loads from another host.
    """
    wanted: dict[str, None] = {}
    for key, link in list(figure.header._children.items()):
        if isinstance(link, JavascriptLink | CssLink):
            if link.url not in OURS:
                raise SetupError(UNKNOWN, url=link.url)
            del figure.header._children[key]
            if ours := OURS[link.url]:
                wanted[ours] = None
    return list(wanted)
