"""FlatGeobuf with its spatial index; a day is a moment at midnight, for the format knows no days."""

from pathlib import Path

from geo_service.catalogue.formats.gdal import write_layer
from geo_service.catalogue.formats.shape import described
from geo_service.catalogue.order import Export, Progress
from geo_service.catalogue.selection import as_texts


def write(url: str, wanted: Export, path: Path, progress: Progress | None = None) -> None:
    """One FlatGeobuf; GDAL sorts it in a file beside it, not in memory."""
    options = {"SPATIAL_INDEX": "YES", "TEMPORARY_DIR": str(path.parent), "TITLE": wanted.layer.title, "DESCRIPTION": described(wanted)}
    write_layer(
        url, wanted, path, "FlatGeobuf", progress, layer=wanted.layer.id, layer_options=options, layer_metadata=as_texts(wanted.told())
    )
