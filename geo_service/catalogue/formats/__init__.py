"""The kinds of file in which a layer can be taken away: one registry, one writer each."""

from pathlib import Path

from geo_service.catalogue.formats.csv_table import stream as stream_csv
from geo_service.catalogue.formats.geojson import stream as stream_geojson
from geo_service.catalogue.formats.geojson import stream_sequence
from geo_service.catalogue.order import Export, Format, Pieces, Progress
from geo_service.catalogue.query import CRS84
from geo_service.errors import N_, InvalidInput
from geo_service.geometry import RD

# pyarrow and GDAL take a second to import: only who asks for such a file waits for them


def _geopackage(url: str, wanted: Export, path: Path, progress: Progress | None) -> None:
    from geo_service.catalogue.formats.geopackage import write

    write(url, wanted, path, progress)


def _parquet(url: str, wanted: Export, progress: Progress | None) -> Pieces:
    from geo_service.catalogue.formats.geoparquet import stream

    return stream(url, wanted, progress)


def _flatgeobuf(url: str, wanted: Export, path: Path, progress: Progress | None) -> None:
    from geo_service.catalogue.formats.flatgeobuf import write

    write(url, wanted, path, progress)


def _shapefile(url: str, wanted: Export, path: Path, progress: Progress | None) -> None:
    from geo_service.catalogue.formats.shapefile import write

    write(url, wanted, path, progress)


def _spreadsheet(url: str, wanted: Export, path: Path, progress: Progress | None) -> None:
    from geo_service.catalogue.formats.spreadsheet import write

    write(url, wanted, path, progress)


FORMATS = {
    format.name: format
    for format in (
        Format("gpkg", "application/geopackage+sqlite3", "gpkg", RD, write=_geopackage),
        Format("geojson", "application/geo+json", "geojson", CRS84, stream=stream_geojson),
        Format("geojsonl", "application/geo+json-seq", "geojsonl", CRS84, stream=stream_sequence),
        Format("parquet", "application/vnd.apache.parquet", "parquet", RD, stream=_parquet),
        Format("fgb", "application/vnd.flatgeobuf", "fgb", RD, write=_flatgeobuf),
        Format("shp", "application/zip", "shp.zip", RD, write=_shapefile),
        Format("csv", "text/csv", "csv", RD, stream=stream_csv),
        Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", RD, write=_spreadsheet),
    )
}
ENDINGS = {**{format.extension: format.name for format in FORMATS.values()}, "zip": "shp", "json": "geojson", "geojsons": "geojsonl"}
"""How the name of a file tells its format."""


def find_format(name: str) -> Format:
    """The format, or what there is to choose from."""
    if name not in FORMATS:
        raise InvalidInput(N_("There is no format {format}; choose one of: {formats}."), format=name[:40], formats=", ".join(FORMATS))
    return FORMATS[name]


def format_of_file(path: Path) -> str | None:
    """The name of the format that the end of a file name tells, when it tells one."""
    name = path.name.lower()
    return next((format for ending, format in ENDINGS.items() if name.endswith(f".{ending}")), None)
