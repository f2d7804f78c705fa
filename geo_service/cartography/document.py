"""A drawn map as a whole HTML document: served with links to our assets, or as one file that holds them."""

import re
import secrets
from collections.abc import Callable

from markupsafe import Markup

from geo_service.cartography.elements import HTML
from geo_service.cartography.view import MapParts

FILE_POLICY = "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src data:; font-src data:"


def served(parts: MapParts, address: Callable[[str], str], nonce: str) -> str:
    """The document with assets by address; the nonce must be the one of the answer's Content-Security-Policy."""
    styles = [Markup('<link rel="stylesheet" href="{}">').format(address(name)) for name in parts.assets if name.endswith(".css")]
    scripts = [Markup('<script src="{}" nonce="{}"></script>').format(address(n), nonce) for n in parts.assets if n.endswith(".js")]
    return _document(parts, styles, scripts, nonce)


def in_one_file(parts: MapParts, content: Callable[[str], str]) -> str:
    """The document with everything in it; it opens without a server and may load nothing at all."""
    nonce = secrets.token_urlsafe(16)
    sheets = [content(name.replace(".css", "-inline.css")) for name in parts.assets if name.endswith(".css")]
    programs = [content(name).replace("</script", "<\\/script") for name in parts.assets if name.endswith(".js")]
    styles = [Markup(f'<style nonce="{nonce}">{sheet}</style>') for sheet in sheets]  # noqa: S704 - our own build
    scripts = [Markup(f'<script nonce="{nonce}">{program}</script>') for program in programs]  # noqa: S704 - our own build
    return _document(parts, styles, scripts, nonce, FILE_POLICY.format(nonce=nonce))


def _document(parts: MapParts, styles: list[Markup], scripts: list[Markup], nonce: str, policy: str | None = None) -> str:
    header = re.sub(r"<(script|style)>", rf'<\1 nonce="{nonce}">', parts.header)
    return HTML.get_template("document.html").render(
        language=parts.language,
        title=parts.title,
        policy=policy,
        styles=styles,
        scripts=scripts,
        header=Markup(header),  # noqa: S704 - Folium's own, with values escaped
        body=Markup(parts.body),  # noqa: S704
        script=Markup(parts.script),  # noqa: S704
        nonce=nonce,
    )
