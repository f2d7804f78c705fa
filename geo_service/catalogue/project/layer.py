"""One layer as a project of QGIS has it: its source, its look, its words, and from which scale it is drawn."""

from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from geo_service.catalogue.definition import LayerDefinition, Published
from geo_service.catalogue.matrices import PIXEL_M, WEB_MERCATOR
from geo_service.catalogue.project.sources import Source
from geo_service.catalogue.project.tile_renderer import tile_renderer
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.styles.qml import renderer
from geo_service.catalogue.styles.qml_raster import pipe

QGIS_NUMBERS = {28992: 2517, 4326: 3452, 3857: 3857}
"""Without its own number QGIS does not read a system by the number of EPSG."""


def identifier(layer: Published) -> str:
    """The name of the layer within the project; the same in every project."""
    return f"{layer.id}_{uuid5(NAMESPACE_URL, layer.id)}"


def map_layer(layer: LayerDefinition | RasterDefinition, source: Source) -> ET.Element:
    """The element ``maplayer``."""
    made = ET.Element("maplayer", {"type": source.kind, "styleCategories": "AllStyleCategories", "autoRefreshEnabled": "0"})
    add(made, "id", identifier(layer))
    add(made, "datasource", source.address)
    add(made, "layername", layer.title)
    add(made, "provider", source.provider)
    made.append(spatial_reference("srs", source.srid))
    made.append(_metadata(layer))
    if isinstance(layer, RasterDefinition):
        made.append(pipe(layer))
    elif source.kind == "vector-tile":
        made.append(tile_renderer(layer))
    else:
        made.set("geometry", layer.geometry.removeprefix("Multi"))
        made.set("wkbType", layer.geometry)
        made.append(renderer(layer))
        made.append(_aliases(layer))
        _scales(made, layer)
    return made


def spatial_reference(name: str, srid: int) -> ET.Element:
    """A coordinate reference system by its number."""
    made = ET.Element(name)
    told = add(made, "spatialrefsys")
    add(told, "srsid", str(QGIS_NUMBERS[srid]))
    add(told, "srid", str(srid))
    add(told, "authid", f"EPSG:{srid}")
    return made


def add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    """A new element in another."""
    made = ET.SubElement(parent, tag, attributes)
    made.text = text
    return made


def _metadata(layer: Published) -> ET.Element:
    """What people read under Information: in the order of QGIS."""
    made = ET.Element("resourceMetadata")
    told = {"identifier": layer.id, "language": "dut", "type": "dataset", "title": layer.title}
    for tag, text in told.items():
        add(made, tag, text)
    add(made, "abstract", f"{layer.summary} Bron: {layer.source.rstrip('.')}. Bijgewerkt: {layer.updated}.")
    add(made, "rights", f"{layer.owner}. {layer.source}")
    add(made, "license", " ".join(filter(None, [layer.licence, layer.licence_url])))
    return made


def _aliases(layer: LayerDefinition) -> ET.Element:
    """Columns under the names that people know."""
    made = ET.Element("aliases")
    for index, (name, column) in enumerate(layer.columns.items()):
        title = f"{column.title} ({column.unit})" if column.unit else column.title
        add(made, "alias", field=name, index=str(index), name=title)
    return made


def _scales(made: ET.Element, layer: LayerDefinition) -> None:
    """From where tiles hold each feature as it is: farther out there are too many to ask for."""
    zoom = (layer.tiles.all_from or layer.tiles.minzoom) if layer.tiles else 0
    farthest = round(WEB_MERCATOR.pixel(zoom) * WEB_MERCATOR.ground / PIXEL_M)
    made.attrib.update({"hasScaleBasedVisibilityFlag": "1" if zoom else "0", "minScale": str(farthest), "maxScale": "0"})
