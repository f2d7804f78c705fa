"""Of what kind the columns of a layer are, as the database says: for filters, schemas and files."""

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy.orm import Session

from geo_service.catalogue.definition import LayerDefinition
from geo_service.db.lookups import Lookup, Lookups, rows

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
STATEMENT = """
    select a.attname, t.typname from pg_attribute a join pg_type t on t.oid = a.atttypid
    where a.attrelid = to_regclass(format('layers.%%I', %(id)s::text))
"""
_known: dict[str, dict[str, Kind]] = {}
"""By the fingerprint of a definition: its view has these columns until the definition changes."""


def kinds(session: Session, layer: LayerDefinition) -> dict[str, Kind]:
    """The kind of every declared column; what has no kind of its own is text."""
    return _known.get(layer.fingerprint) or _learnt(layer, rows(session, Lookup(STATEMENT, {"id": layer.id})))


async def looked_up(lookups: Lookups, layer: LayerDefinition) -> dict[str, Kind]:
    """As ``kinds``, without a session."""
    return _known.get(layer.fingerprint) or _learnt(layer, await lookups.rows(Lookup(STATEMENT, {"id": layer.id})))


def _learnt(layer: LayerDefinition, found: Sequence[Any]) -> dict[str, Kind]:
    types = dict(map(tuple, found))
    return _known.setdefault(layer.fingerprint, {name: KINDS.get(types[name], "text") for name in layer.columns})
