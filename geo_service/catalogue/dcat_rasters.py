"""A raster layer as a dataset: the file of its newest edition, and its tiles."""

from collections.abc import Sequence

from geo_service.catalogue.dcat_files import media_type, shared
from geo_service.catalogue.dcat_site import MAPS, REST, Site
from geo_service.catalogue.dcat_terms import Graph, Node, address, text, typed
from geo_service.catalogue.extent import Extent
from geo_service.catalogue.metadata import Known
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.raster.models import RasterEdition
from geo_service.catalogue.raster.tilesets import lonlat_of

GEOTIFF = "image/tiff"


def extent_of(edition: RasterEdition) -> Extent:
    """Around all cells, of the day that they show."""
    return Extent(lonlat_of(edition), edition.day, edition.day)


def known_of_editions(editions: Sequence[RasterEdition]) -> Known:
    """Since when there is a file, and since when the newest one."""
    return Known(min(each.registered_at for each in editions), max(each.registered_at for each in editions))


def raster_distributions(graph: Graph, site: Site, layer: RasterDefinition, edition: RasterEdition) -> list[Node]:
    """The cloud-optimised GeoTIFF, and the tiles."""
    file = address(f"{site.base}/api/v1/rasters/{layer.id}/cog")
    rd = address("http://www.opengis.net/def/crs/EPSG/0/28992")
    return [
        graph.put(
            f"{site.at(layer.id)}#cog",
            "dcat:Distribution",
            **shared(graph, site, edition.licence),
            dct_title=text(f"{layer.title}: Cloud Optimized GeoTIFF"),
            dct_format=graph.listed("file-type", "GEOTIFF", "dct:MediaTypeOrExtent"),
            dcat_mediaType=media_type(graph, GEOTIFF),
            dcat_accessURL=file,
            dcat_downloadURL=file,
            dcat_accessService=address(site.service(REST)),
            dcat_byteSize=typed(edition.size_bytes, "xsd:nonNegativeInteger"),
            dcat_spatialResolutionInMeters=typed(edition.cell_m, "xsd:decimal"),
            dct_conformsTo=rd,
        ),
        graph.put(
            f"{site.at(layer.id)}#{MAPS}",
            "dcat:Distribution",
            **shared(graph, site, edition.licence),
            dct_title=text(f"{layer.title}: OGC API Tiles"),
            dcat_accessURL=address(f"{site.base}/ogc/v1/collections/{layer.id}/map/tiles"),
            dcat_accessService=address(site.service(MAPS)),
            dct_conformsTo=rd,
        ),
    ]
