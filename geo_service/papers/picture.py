"""A picture of the ground around a shape, in the style of our maps: for lists, for pages without scripts, and for papers.

It is drawn with attributes only, without style or script, so that it may be shown under any policy and printed by typst. The same
ground gives the same bytes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import shapely
from shapely import MultiPolygon
from sqlalchemy.orm import Session

from geo_service.content import content_root, read_toml
from geo_service.errors import N_
from geo_service.papers.frame import Frame, frame_around, short
from geo_service.papers.queries import Ground, ground_in, trees_in
from geo_service.words import DEFAULT, Language, say

ORDER = (
    "overig", "akker", "gras", "ruw gras", "riet", "bodembedekkers", "planten", "volkstuin", "heesters", "bos", "speelplek", "water", "erf",
    "spoor", "voetpad", "fietspad", "busbaan", "parkeren", "straat", "hoofdweg", "gebouw",
)  # fmt: skip
"""What lies below comes first."""
STREETS = ("straat", "hoofdweg", "voetpad", "fietspad")
INK, PAPER, FAULT, CONSENT = "#18211c", "#ffffff", "#a3201a", "#c58a1a"
FREE = {"fill": "#ffffff", "opacity": 0.45, "line": "#1b5e37", "width": 2}
SELECTED_PX, AROUND_PX, TREE_M = 4, 9, 2.5
PATTERNS = {
    "lines": '<path d="M0 4h8" stroke="{colour}" stroke-width="1.2" stroke-opacity=".55"/>',
    "dots": '<circle cx="4" cy="4" r="1.3" fill="{colour}" fill-opacity=".75"/>',
    "stripes": '<path d="M-2 10L10 -2M-2 2L2 -2M6 10L10 6" stroke="{colour}" stroke-width="2.6"/>',
}
TITLE = N_("Map of the plot and what lies around it")


@dataclass(frozen=True)
class Mark:
    """Something else to show: ``kind`` is ``fault`` (red stripes), ``consent`` (amber stripes) or ``other`` (asked for by others)."""

    kind: str
    shape: MultiPolygon


def picture(
    session: Session,
    shape: MultiPolygon,
    *,
    width: int,
    height: int,
    margin_m: float,
    status: str | None = None,
    marks: Sequence[Mark] = (),
    content: Path | None = None,
    language: Language = DEFAULT,
) -> str:
    """SVG of ``width`` x ``height`` pixels around a shape in RD, at least ``margin_m`` metres wider than it.

    The shape has the line of its public ``status`` (``vrij``, ``gereserveerd``, ``aangevraagd``, ``geadopteerd``), or that of
    something selected. ``content`` is the folder with layers, when it is not ours.
    """
    frame = frame_around(shape, width, height, margin_m)
    ground = ground_in(session, frame.box, frame.metre_per_pixel)
    folder = content_root(content) / "layers"
    styles = read_toml(folder / "achtergrond.toml")["style"]["values"]
    statuses = {**read_toml(folder / "zelfbeheerplekken.toml")["style"]["values"], "vrij": FREE}
    parts = [
        *_grounds(frame, ground, styles),
        *_trees(session, frame),
        *_names(frame, ground, shape),
        *(part for mark in marks if mark.kind == "other" for part in _in_status(frame, mark.shape, statuses["aangevraagd"], "other")),
        *(_in_status(frame, shape, statuses[status], "plot") if status in statuses else _selected(frame, shape)),
        *(part for number, mark in enumerate(marks) if mark.kind != "other" for part in _hatched(frame, mark, f"mark{number}")),
        _scale(frame),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">'
        f'<title>{escape(say(TITLE, language))}</title><rect width="{width}" height="{height}" fill="#f1ede3"/>{"".join(parts)}</svg>'
    )


def _grounds(frame: Frame, ground: Sequence[Ground], styles: Mapping[str, Any]) -> Iterator[str]:
    """One path per kind: fewer bytes, and borders within a kind are drawn at once."""
    for kind in [*(kind for kind in styles if kind not in ORDER), *(kind for kind in ORDER if kind in styles)]:
        lines = "".join(frame.path(piece.shape) for piece in ground if piece.kind == kind)
        style = styles[kind]
        edge = {"stroke": style["line"], "stroke_width": style.get("width", 1)} if "line" in style else {}
        if lines:
            yield _tag("path", d=lines, fill=style["fill"], fill_rule="evenodd", **edge)


def _trees(session: Session, frame: Frame) -> Iterator[str]:
    radius = short(max(TREE_M / frame.metre_per_pixel, 2))
    for x, y in trees_in(session, frame.box):
        across, down = map(short, frame.pixel(x, y))
        yield _tag("circle", cx=across, cy=down, r=radius, fill="#7fa86b", fill_opacity=0.55, stroke="#5f8a4d", stroke_opacity=0.6)


def _names(frame: Frame, ground: Sequence[Ground], shape: MultiPolygon) -> Iterator[str]:
    """The names of streets and water where they are widest; they give way to the plot and to each other."""
    named: dict[str, list[Any]] = {}
    for piece in ground:
        if piece.name and piece.kind in (*STREETS, "water"):
            named.setdefault(piece.name, []).append(piece.shape)
    taken = [shape.envelope]
    for name in sorted(named):
        across, down = frame.pixel(*_widest(named[name]))
        half = 3.6 * len(name) + 6
        room = frame.ground(across - half, down - 10, across + half, down + 10)
        inside = half < across < frame.width - half and 12 < down < frame.height - 24
        if inside and not any(room.intersects(other) for other in taken):
            taken.append(room)
            yield _text(name, round(across), round(down + 4), text_anchor="middle", font_size=13, fill="#475149")


def _widest(shapes: Sequence[Any]) -> tuple[float, float]:
    largest = max((part for each in shapes for part in shapely.get_parts(each)), key=lambda part: float(part.area))
    point = largest.representative_point()
    return float(point.x), float(point.y)


def _selected(frame: Frame, shape: MultiPolygon) -> Iterator[str]:
    lines = frame.path(shape)
    yield _tag("path", d=lines, fill=PAPER, fill_opacity=0.45, stroke=PAPER, stroke_width=AROUND_PX, stroke_linejoin="round")
    yield _tag("path", d=lines, fill="none", stroke=INK, stroke_width=SELECTED_PX, stroke_linejoin="round")


def _in_status(frame: Frame, shape: MultiPolygon, style: Mapping[str, Any], name: str) -> Iterator[str]:
    lines, colour = frame.path(shape), style["line"]
    yield _tag("path", d=lines, fill=style["fill"], fill_opacity=style.get("opacity", 0.85), stroke=PAPER, stroke_width=6)
    if "pattern" in style:
        yield _pattern(name, style["pattern"], colour)
        yield _tag("path", d=lines, fill=f"url(#{name})")
    dash = {"stroke_dasharray": style["dash"]} if "dash" in style else {}
    round_ends = {"stroke_linecap": "round", "stroke_linejoin": "round"}
    yield _tag("path", d=lines, fill="none", stroke=colour, stroke_width=style["width"], **round_ends, **dash)


def _hatched(frame: Frame, mark: Mark, name: str) -> Iterator[str]:
    colour = FAULT if mark.kind == "fault" else CONSENT
    yield _pattern(name, "stripes", colour)
    yield _tag("path", d=frame.path(mark.shape), fill=f"url(#{name})", stroke=colour, stroke_width=1.5)


def _pattern(name: str, kind: str, colour: str) -> str:
    drawn = PATTERNS[kind].format(colour=colour)
    return f'<defs><pattern id="{name}" width="8" height="8" patternUnits="userSpaceOnUse">{drawn}</pattern></defs>'


def _scale(frame: Frame) -> str:
    long, down = short(frame.bar_m / frame.metre_per_pixel), frame.height - 10
    label = f"{frame.bar_m} m" if frame.bar_m < 1000 else f"{frame.bar_m // 1000} km"
    bar = _tag("path", d=f"M10 {down - 5}v5h{long}v-5", fill="none", stroke=INK, stroke_width=1.5)
    return bar + _text(label, 14, down - 6, font_size=12, fill=INK)


def _text(words: str, across: int, down: int, **attributes: Any) -> str:
    halo = {"stroke": PAPER, "stroke_width": 3, "stroke_linejoin": "round", "paint_order": "stroke"}
    opening = _tag("text", x=across, y=down, font_family="Figtree, sans-serif", **attributes, **halo)
    return f"{opening.removesuffix('/>')}>{escape(words)}</text>"


def _tag(name: str, **attributes: Any) -> str:
    told = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in attributes.items())
    return f"<{name}{told}/>"
