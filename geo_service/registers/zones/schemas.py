"""What an editor sends of a zone, and what she saw of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shapely import MultiPolygon


@dataclass(frozen=True)
class Draft:
    """A zone as somebody wrote it: ``values`` by column of the register (``starts`` and ``ends`` for its days), the shape in RD.

    ``whole``: what is absent is empty; otherwise it stays as it was. ``names``: what the editor calls our columns. ``faults``: what was
    wrong with it already, so that all is told at once.
    """

    values: Mapping[str, Any]
    shape: MultiPolygon | None
    names: Mapping[str, str]
    whole: bool = True
    faults: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Seen:
    """Which versions of a zone an editor allows to be changed: the one that she saw.

    ``own``: also a later one, as long as all changes since then were hers: her program does not know the number of its own change.
    ``refused``: versions (``*`` for any) that she does not want to meet.
    """

    versions: tuple[str, ...] | None = None
    own: bool = False
    refused: tuple[str, ...] = ()
