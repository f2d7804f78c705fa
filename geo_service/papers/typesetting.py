"""Papers as PDF/A with tags (PDF/UA): one typst file per kind of paper, beside this module. The same input gives the same bytes."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

UNDATED = datetime(2000, 1, 1, tzinfo=UTC)


def pdf(name: str, data: Mapping[str, Any], pictures: Mapping[str, str] | None = None, at: datetime = UNDATED) -> bytes:
    """The paper ``papers/{name}.typ`` filled with ``data`` (JSON) and SVG ``pictures`` by name; ``at`` is its moment of making.

    Values arrive as text in ``data`` and ``pictures`` of the file, whatever stands in them. Only the fonts in the typst wheel are used,
    so a paper looks the same on every machine. A picture without a text for who cannot see it stops the work.
    """
    import typst  # tens of megabytes: loaded for who asks for a paper

    inputs = {"data": json.dumps(data, ensure_ascii=False), "pictures": json.dumps(pictures or {}, ensure_ascii=False)}
    made = typst.compile(
        _source(name),
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
        sys_inputs=inputs,
        ignore_system_fonts=True,
        timestamp=int(at.timestamp()),
    )
    assert isinstance(made, bytes)
    return made


@cache
def _source(name: str) -> bytes:
    return (Path(__file__).parent / f"{name}.typ").read_bytes()
