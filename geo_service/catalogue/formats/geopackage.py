"""GeoPackage with the catalogue's texts inside.

Names and geometry follow PDOK's GeoPackage rules: lower case, column ``geom``, one geometry type, outer rings counterclockwise. The
style table of QGIS has names in mixed case, which these rules forbid: it is there only when it is asked for.
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from geo_service.catalogue.formats.arrow import GEOM
from geo_service.catalogue.formats.gdal import write_layer
from geo_service.catalogue.formats.shape import described
from geo_service.catalogue.order import Export, Progress
from geo_service.catalogue.styles.qml import qml
from geo_service.catalogue.styles.sld import sld

METADATA = """
create table gpkg_metadata (
  id integer primary key autoincrement not null, md_scope text not null default 'dataset', md_standard_uri text not null,
  mime_type text not null default 'text/xml', metadata text not null default ''
);
create table gpkg_metadata_reference (
  reference_scope text not null, table_name text, column_name text, row_id_value integer,
  timestamp datetime not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), md_file_id integer not null, md_parent_id integer,
  constraint crmr_mfi_fk foreign key (md_file_id) references gpkg_metadata (id),
  constraint crmr_mpi_fk foreign key (md_parent_id) references gpkg_metadata (id)
);
insert into gpkg_extensions (table_name, column_name, extension_name, definition, scope)
  select name, null, 'gpkg_metadata', 'http://www.geopackage.org/spec121/#extension_metadata', 'read-write'
  from sqlite_master where name in ('gpkg_metadata', 'gpkg_metadata_reference');
"""
STYLES = """
create table layer_styles (
  id integer primary key autoincrement not null, f_table_catalog text(256), f_table_schema text(256), f_table_name text(256),
  f_geometry_column text(256), styleName text(30), styleQML text, styleSLD text, useAsDefault boolean, description text, owner text(30),
  ui text(30), update_time datetime default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
insert into gpkg_contents (table_name, data_type, identifier) values ('layer_styles', 'attributes', 'layer_styles');
"""
"""As QGIS makes it itself."""


def write(url: str, wanted: Export, path: Path, progress: Progress | None = None) -> None:
    """One layer in a new GeoPackage."""
    texts = {"IDENTIFIER": wanted.layer.title, "DESCRIPTION": described(wanted)}
    version = {"VERSION": "1.3"}  # older readers warn at 1.4
    write_layer(url, wanted, path, "GPKG", progress, layer=wanted.layer.id, layer_options=texts, dataset_options=version)
    with closing(sqlite3.connect(path)) as file, file:
        _add_metadata(file, wanted)
        if wanted.style:
            _add_style(file, wanted)


def _add_metadata(file: sqlite3.Connection, wanted: Export) -> None:
    """Licence, source, units and day for programs, as one JSON text that belongs to the layer."""
    file.executescript(METADATA)
    told = json.dumps(wanted.told(), ensure_ascii=False)
    made = file.execute(
        "insert into gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata) values ('dataset', ?, 'application/json', ?)",
        ("http://purl.org/dc/terms/", told),
    )
    file.execute(
        "insert into gpkg_metadata_reference (reference_scope, table_name, md_file_id) values ('table', ?, ?)",
        (wanted.layer.id, made.lastrowid),
    )


def _add_style(file: sqlite3.Connection, wanted: Export) -> None:
    file.executescript(STYLES)
    file.execute(
        "insert into layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD,"
        " useAsDefault, description, owner) values ('', '', ?, ?, ?, ?, ?, 1, ?, '')",
        (wanted.layer.id, GEOM, wanted.layer.id[:30], qml(wanted.layer), sld(wanted.layer), wanted.layer.title),
    )
