"""One export in a process that imports nothing else, so that its memory is its own: ``ours|frame URL FORMAT FILE``."""

import sys
from datetime import date
from pathlib import Path

from geo_service.catalogue.export import order, write_file
from geo_service.catalogue.registry import load_catalogue
from geo_service.catalogue.selection import Wish
from geo_service.content import content_root
from geo_service.db.engine import make_engine, make_sessions

LAYER = "groenobjecten"


def ours(url: str, format: str, path: Path) -> None:
    """As the service does it."""
    with make_sessions(make_engine(url, pool_size=1))() as session:
        wanted = order(session, load_catalogue(content_root())[LAYER], format, Wish(date.today()))
    write_file(url, wanted, path)


def frame(url: str, format: str, path: Path) -> None:
    """What people write themselves."""
    import geopandas

    query = f"select lokaal_id, soort_groen, geldig_van, oppervlakte_m2, geometrie from layers.{LAYER}"
    read = geopandas.read_postgis(query, make_engine(url, role=None, pool_size=1), geom_col="geometrie")
    if format == "parquet":
        read.to_parquet(path)
    else:
        read.to_file(path, driver="GPKG")


if __name__ == "__main__":
    {"ours": ours, "frame": frame}[sys.argv[1]](sys.argv[2], sys.argv[3], Path(sys.argv[4]))
