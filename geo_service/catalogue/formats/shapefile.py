"""Shapefile: several files in one zip, with a readme of what the format could not hold."""

import zipfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Select, Text, cast, func

from geo_service.catalogue.formats.arrow import GEOM
from geo_service.catalogue.formats.gdal import Table, write_layer
from geo_service.catalogue.formats.shape import geometry, label_rows, plain_columns
from geo_service.catalogue.order import Export, Progress
from geo_service.errors import N_, SetupError, TooLarge

NAME = 10
TEXT = 254
"""Longest name of a column, and longest text in bytes."""
README = "LEESMIJ.txt"
OPTIONS = {"ENCODING": "UTF-8", "2GB_LIMIT": "YES"}
TOO_LARGE = N_("This does not fit in a shapefile, which holds at most 2 GB. Choose a smaller box, or gpkg, fgb or parquet.")


def write(url: str, wanted: Export, path: Path, progress: Progress | None = None) -> None:
    """A zip with .shp, .shx, .dbf, .prj, .cpg and the readme."""
    names = short_names(wanted.columns)
    cut: Counter[str] = Counter()
    parts = path.parent / "shp"
    parts.mkdir()
    table = Table(_query(wanted, names), _described, lambda batch: cut.update(_too_long(batch)))
    try:
        write_layer(url, wanted, parts / f"{wanted.layer.id}.shp", "ESRI Shapefile", progress, table=table, layer_options=OPTIONS)
    except SetupError as error:
        if "2GB" in str(error):
            raise TooLarge(TOO_LARGE) from error
        raise
    (parts / README).write_text(_readme(wanted, names, cut), encoding="utf-8-sig", newline="\r\n")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for part in sorted(parts.iterdir()):
            packed.write(part, part.name)


def short_names(names: Iterable[str]) -> dict[str, str]:
    """Names of at most ten characters, each used once: the first ten, and where these are taken the first eight and a number."""
    short: dict[str, str] = {}
    wanted = list(names)
    taken = {name for name in wanted if len(name) <= NAME}
    for name in wanted:
        made = name[:NAME]
        number = 0
        while len(name) > NAME and made in taken:
            number += 1
            made = f"{name[: NAME - 1 - len(str(number))]}_{number}"
        taken.add(made)
        short[name] = made
    return short


def _query(wanted: Export, names: dict[str, str]) -> Select[tuple[object, ...]]:
    """Moments are text: the format knows only days."""
    query = wanted.select()
    columns = [
        (cast(column, Text()) if wanted.kinds[name] == "moment" else column).label(names[name])
        for name, column in zip(wanted.columns, plain_columns(wanted, query), strict=True)
    ]
    return query.with_only_columns(*columns, func.st_asbinary(geometry(wanted, query)).label(GEOM))


def _described(field: pa.Field, _wanted: Export) -> pa.Field:
    return field.with_metadata({"ARROW:extension:name": "geoarrow.wkb"}) if field.name == GEOM else field


def _too_long(batch: pa.RecordBatch) -> dict[str, int]:
    """How many texts of each column GDAL cuts off."""
    texts = [field.name for field in batch.schema if pa.types.is_string(field.type)]
    return {name: pc.sum(pc.greater(pc.binary_length(batch.column(name)), TEXT)).as_py() or 0 for name in texts}


def _readme(wanted: Export, names: dict[str, str], cut: Counter[str]) -> str:
    """In Dutch, as the layers are."""
    labels = "".join(f"{label}: {text}\n" for label, text in label_rows(wanted))
    columns = "".join(f"{short:<{NAME}}  {name}: {wanted.columns[name].told()}\n" for name, short in names.items())
    lost = "".join(f"{short}: {cut[short]} x afgekapt op {TEXT} bytes\n" for short in names.values() if cut[short])
    limits = (
        "Een shapefile kent namen van 10 tekens, teksten van 254 bytes, geen tijdstippen (hier tekst) en 2 GB per bestand.\n"
        "GeoPackage en GeoParquet hebben deze grenzen niet.\n"
    )
    return f"{labels}\nKolommen: naam in dit bestand, naam in de laag\n{columns}\nGrenzen\n{limits}{lost or 'Geen tekst is afgekapt.'}\n"
