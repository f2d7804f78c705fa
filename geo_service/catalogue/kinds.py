"""Of what kind the columns of a layer are, as the database says: for filters, schemas and files."""

from typing import Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.catalogue.definition import LayerDefinition

Kind = Literal["text", "integer", "number", "boolean", "date", "moment"]
KINDS: dict[str, Kind] = {
    "int2": "integer",
    "int4": "integer",
    "int8": "integer",
    "float4": "number",
    "float8": "number",
    "numeric": "number",
    "bool": "boolean",
    "date": "date",
    "timestamptz": "moment",
}
_known: dict[str, dict[str, Kind]] = {}
"""By the fingerprint of a definition: its view has these columns until the definition changes."""


def kinds(session: Session, layer: LayerDefinition) -> dict[str, Kind]:
    """The kind of every declared column; what has no kind of its own is text."""
    if layer.fingerprint not in _known:
        rows = session.execute(
            text("""
                select a.attname, t.typname from pg_attribute a join pg_type t on t.oid = a.atttypid
                where a.attrelid = to_regclass(format('layers.%I', cast(:id as text)))
            """),
            {"id": layer.id},
        )
        types = {row.attname: row.typname for row in rows}
        _known[layer.fingerprint] = {name: KINDS.get(types[name], "text") for name in layer.columns}
    return _known[layer.fingerprint]
