"""Every public document, with what its headers tell: to compare before and after what nobody outside may notice."""

import re

CHANGES_EACH_TIME = re.compile(r'"timeStamp":"[^"]*"|_[0-9a-f]{32}|\d{4}-\d\d-\d\dT[\d:.]+Z|\d{4}:\d\d:\d\d [\d:]{8}')


def public_documents(place, codes):
    """Every document that a stranger can read about plots: layers, tiles, exports, figures, maps, pages."""
    addresses = [
        "/",
        "/over",
        "/initiatieven",
        "/kaarten/dekking",
        "/api/v1/coverage?level=buurt",
        "/api/v1/adoptions",
        "/api/v1/initiatives",
        "/api/v1/rasters",
        "/api/v1/coverage/rasters/dekking?cell=100",
        "/api/v1/coverage/rasters/wie_verzorgt?cell=100",
        "/ogc/v1/project.qgz",
        "/catalogus",
        "/catalogus.jsonld",
        "/wijzigingen.atom",
    ]
    addresses += [f"/plek/{code}" for code in codes] + [f"/plek/{code}/kaart.svg" for code in codes]
    with place.browser() as stranger:
        maps = [each["href"] for each in stranger.get("/api/v1", headers={"Accept": "application/json"}).json().get("links", []) if each]
        addresses += [address.removeprefix(place.url) for address in maps if address.removeprefix(place.url).startswith("/api/v1/")]
        collections = stranger.get("/ogc/v1/collections?f=json", headers={"Accept": "application/json"}).json()["collections"]
        for collection in (each["id"] for each in collections):
            here = f"/ogc/v1/collections/{collection}"
            addresses += [f"/catalogus/{collection}.jsonld", f"/wijzigingen.atom?laag={collection}", f"{here}/styles/{collection}?f=sld"]
            addresses += [f"{here}?f=json", f"{here}/items?f=json&limit=1000", f"{here}/tiles/WebMercatorQuad/14/5392/8433"]
            addresses += [f"/api/v1/layers/{collection}/export?format=csv"]
        addresses += [f"/maps/{name}" for name in ("dekking", "beschikbaar", "initiatieven")]
        found = {}
        for address in addresses:
            answer = stranger.get(address, headers={"Accept": "*/*"})
            told = [answer.headers.get(name) for name in ("etag", "last-modified", "content-length")]
            found[address] = (answer.status_code, CHANGES_EACH_TIME.sub("", answer.text), told)
    return found
