"""What can be said of a layer's SELECT without a database."""

from collections.abc import Iterable

import sqlglot
from sqlglot import exp

from geo_service.catalogue.definition import LayerDefinition
from geo_service.errors import N_, SetupError

PERSONAL = {
    "person", "role_grant", "token", "address", "event", "idempotency_key", "initiative_member", "pause", "initiative_joiner",
    "contact_offer", "member_message", "photo", "photo_image", "support_household", "support_code", "support_printing", "support_answer",
}  # fmt: skip
"""Tables that a public layer may not read: people, addresses, history, and the noodknop."""


def require_sound(layers: Iterable[LayerDefinition]) -> None:
    """Raise ``SetupError`` with every fault of every layer."""
    faults = [{"where": f"{layer.id}.sql", "text": fault} for layer in layers for fault in faults_of(layer)]
    if faults:
        raise SetupError(N_("The layers are not valid."), details={"errors": faults})


def faults_of(layer: LayerDefinition) -> list[str]:
    """Exactly one SELECT, with the declared columns in the declared order, from tables that its audience may see."""
    try:
        statements = [statement for statement in sqlglot.parse(layer.sql, read="postgres") if statement]
    except sqlglot.errors.SqlglotError as error:
        return [f"not SQL: {str(error).splitlines()[0]}"]
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        return ["must be exactly one SELECT"]
    query = statements[0]
    return [*_writes(query), *_wrong_columns(layer, query), *_private_tables(layer, query)]


def _writes(query: exp.Query) -> list[str]:
    changing = query.find(exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Into, exp.Create, exp.Drop, exp.Command)
    return [f"must only read, not {changing.key}"] if changing else []


def _wrong_columns(layer: LayerDefinition, query: exp.Query) -> list[str]:
    if query.is_star:
        return ["names its columns: no *"]
    named = tuple(query.named_selects)
    return [f"gives {', '.join(named)}; declared are {', '.join(layer.view_columns)}"] if named != layer.view_columns else []


def _private_tables(layer: LayerDefinition, query: exp.Query) -> list[str]:
    read = {table.name for table in query.find_all(exp.Table)} & PERSONAL
    return [f"a public layer may not read {', '.join(sorted(read))}"] if layer.audience == "public" and read else []
