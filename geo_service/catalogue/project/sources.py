"""Where a layer of the project gets its data: this service over HTTP, or the database itself."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from geo_service.catalogue.definition import GEOMETRIE, LayerDefinition
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.styles.maplibre import tiles_address
from geo_service.catalogue.tiles import tiles_of
from geo_service.geometry import RD

LONLAT = 4326
PAGE = 1000


@dataclass(frozen=True)
class Source:
    """What QGIS opens: by which provider, at which address, in which system."""

    kind: Literal["vector", "vector-tile", "raster"]
    provider: str
    address: str
    srid: int


@dataclass(frozen=True)
class Service:
    """The layers over HTTP, for everybody. ``base`` is the address of the service."""

    base: str

    def features(self, layer: LayerDefinition) -> Source:
        """As OGC API Features, only what is in view. In longitude and latitude: QGIS asks for RD since 3.32 only (its issue 52228)."""
        told = {
            "pagesize": str(PAGE),
            "pagingEnabled": "true",
            "restrictToRequestBBOX": "1",
            "srsname": "OGC:CRS84",
            "typename": layer.id,
            "url": f"{self.base}/ogc/v1",
        }
        return Source("vector", "OAPIF", " ".join(f"{name}='{value}'" for name, value in told.items()), LONLAT)

    def tiles(self, layer: LayerDefinition) -> Source:
        """As vector tiles."""
        zooms = tiles_of(layer)
        address = quote(tiles_address(f"{self.base}/ogc/v1", layer), safe="/:")
        return Source("vector-tile", "vectortile", f"type=xyz&url={address}&zmin={zooms.minzoom}&zmax={zooms.maxzoom}", 3857)

    def cells(self, raster: RasterDefinition) -> Source:
        """The GeoTIFF itself, read piece by piece."""
        return Source("raster", "gdal", f"/vsicurl/{self.base}/api/v1/rasters/{raster.id}/cog", RD)


@dataclass(frozen=True)
class Database(Service):
    """The same, but features from the database by a reader's login; QGIS asks for name and password, which are not in the file."""

    host: str
    port: int
    name: str

    def features(self, layer: LayerDefinition) -> Source:
        """The view of the layer, in RD."""
        place = f"dbname='{self.name}' host={self.host} port={self.port} sslmode=prefer"
        table = f"key='{layer.key}' srid={RD} type={layer.geometry} checkPrimaryKeyUnicity='0'"
        return Source("vector", "postgres", f'{place} {table} table="layers"."{layer.id}" ({GEOMETRIE})', RD)
