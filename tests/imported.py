"""Everything that commands import, before the first is forked; ``geo_service.cli``, which looks at the environment, each loads itself."""

import gc
from importlib import import_module
from pathlib import Path

import geo_service

LATER = {"cli", "migrations", "__main__", "__init__"}
LIBRARIES = (
    "alembic.command", "anyio._backends._asyncio", "exactextract.raster", "fastapi", "geopandas", "httpx2", "icalendar", "PIL.Image",
    "pyarrow", "pyogrio", "rasterio.shutil", "rasterio.vrt", "rich.progress", "rich.table", "typer", "typer.rich_utils", "typst", "uvicorn",
    "uvicorn.lifespan.on", "uvicorn.loops.auto", "uvicorn.protocols.http.auto", "uvicorn.protocols.websockets.auto",
)  # fmt: skip

package = Path(geo_service.__path__[0])
for file in package.rglob("*.py"):
    parts = file.relative_to(package).with_suffix("").parts
    if LATER.isdisjoint(parts):
        import_module(".".join(("geo_service", *parts)))
for name in LIBRARIES:
    import_module(name)
gc.freeze()  # the memory that all share stays shared
