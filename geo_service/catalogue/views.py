"""Every layer is a view in schema ``layers``, with comments and grants, so QGIS and SQL find the same layers as the web."""

import json
import logging
import time
from collections.abc import Iterable

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine

from geo_service.catalogue.changes import remember
from geo_service.catalogue.definition import OMHULLENDE, LayerDefinition
from geo_service.catalogue.registry import Catalogue
from geo_service.catalogue.versions import compact, followed
from geo_service.errors import N_, SetupError

LOCK = 20254
ATTEMPTS = 5
READERS = {"public": ("geo_public", "geo_staff", "geo_app"), "staff": ("geo_staff", "geo_app")}
EDITED_BY = {"zones": "geo.edit_zone"}
"""The function that takes what a login writes to the view, by register."""
log = logging.getLogger(__name__)


def publish(owner: Engine, catalogue: Catalogue) -> list[str]:
    """Bring the views to the catalogue in one transaction and return the ids of those that changed.

    A view that is being read is waited for at most 2 seconds at a time: readers that come later queue behind us.
    """
    for attempt in range(ATTEMPTS):
        try:
            with owner.begin() as connection:
                return sync(connection, catalogue)
        except psycopg.errors.LockNotAvailable:
            log.info("layer views are being read; attempt %s of %s", attempt + 1, ATTEMPTS)
            time.sleep(0.2 * 2**attempt)
    raise SetupError(N_("The layers could not be published: another program keeps reading them. Try again later."))


def sync(connection: Connection, catalogue: Catalogue) -> list[str]:
    """Create, replace and drop views on the owner's connection; unchanged ones are not touched."""
    raw: psycopg.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    raw.execute("set local lock_timeout = '10min'")  # another start may be publishing all of them
    raw.execute("select pg_advisory_xact_lock(%s)", [LOCK])
    raw.execute("set local lock_timeout = '2s'")
    published: dict[str, str] = dict(
        raw.execute("select id, fingerprint from geo.published_layer where to_regclass(format('layers.%I', id)) is not null").fetchall()
    )
    changed = [layer for layer in catalogue.values() if published.get(layer.id) != layer.fingerprint]
    gone = [layer_id for layer_id in published if layer_id not in catalogue]
    if changed:
        from geo_service.catalogue.check import require_sound  # the parser of SQL, and most starts change no layer

        require_sound(changed)
    remember(raw, catalogue)
    for layer_id in gone:
        raw.execute(sql.SQL("drop view {}").format(sql.Identifier("layers", layer_id)))
    for layer in changed:
        _put(raw, layer, catalogue.rasters)
    raw.execute("delete from geo.published_layer where not id = any (%s)", [list(catalogue)])
    compact(raw)
    return [*(layer.id for layer in changed), *gone]


def _put(raw: psycopg.Connection, layer: LayerDefinition, rasters: Iterable[str]) -> None:
    view = sql.Identifier("layers", layer.id)
    _create(raw, layer, view)
    raw.execute(sql.SQL("comment on view {} is {}").format(view, sql.Literal(f"{layer.described()} Sleutel: {layer.key}.")))
    told = {name: column.told() for name, column in layer.columns.items()}
    told |= {OMHULLENDE: "Grond waarin het ligt (EPSG:28992), om snel op te zoeken."} if layer.enclosed else {}
    told |= {name: f"Geometrie, EPSG:{name.removeprefix('geometrie_') if '_' in name else 28992}." for name in layer.geometry_columns}
    for name, text in told.items():
        raw.execute(sql.SQL("comment on column {}.{} is {}").format(view, sql.Identifier(name), sql.Literal(text)))
    raw.execute(sql.SQL("revoke all on {} from public, geo_public, geo_staff, geo_app").format(view))
    readers = sql.SQL(", ").join(map(sql.Identifier, READERS[layer.audience]))
    raw.execute(sql.SQL("grant select on {} to {}").format(view, readers))
    _let_edit(raw, layer, view)
    raw.execute(
        """insert into geo.published_layer (id, fingerprint, tables) values (%s, %s, %s)
           on conflict (id) do update set fingerprint = excluded.fingerprint, tables = excluded.tables, published_at = now()""",
        [layer.id, layer.fingerprint, followed(raw, layer, rasters)],
    )


def _let_edit(raw: psycopg.Connection, layer: LayerDefinition, view: sql.Identifier) -> None:
    """Logins that may edit write through the view, when its layer says so."""
    raw.execute(sql.SQL("drop trigger if exists edited on {}").format(view))
    raw.execute(sql.SQL("revoke insert, update, delete on {} from geo_editor").format(view))
    if layer.edits:
        function = sql.Identifier(*EDITED_BY[layer.edits.through].split("."))
        told = map(sql.Literal, (layer.key, json.dumps(layer.edits.columns)))
        raw.execute(
            sql.SQL("create trigger edited instead of insert or update or delete on {} for each row execute function {}({})").format(
                view, function, sql.SQL(", ").join(told)
            )
        )
        raw.execute(sql.SQL("grant insert, update, delete on {} to geo_editor").format(view))


def _create(raw: psycopg.Connection, layer: LayerDefinition, view: sql.Identifier) -> None:
    """Replace when only the query differs; a view whose columns change must be dropped first."""
    select = sql.SQL(layer.select.replace("{", "{{").replace("}", "}}")).format()
    try:
        with raw.transaction():
            raw.execute(sql.SQL("create or replace view {} as {}").format(view, select))
    except psycopg.errors.InvalidTableDefinition:
        raw.execute(sql.SQL("drop view {}").format(view))
        raw.execute(sql.SQL("create view {} as {}").format(view, select))
    except psycopg.errors.ProgrammingError as error:
        where = {"where": f"{layer.id}.sql", "text": str(error).splitlines()[0]}
        raise SetupError(N_("The layers are not valid."), details={"errors": [where]}) from None
