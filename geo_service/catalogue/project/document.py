"""The whole project: groups, layers, what is in view at first, and what it tells of itself. QGIS 3.22 and later open it."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.project.layer import add, identifier, map_layer, spatial_reference
from geo_service.catalogue.project.plan import Group, Plan
from geo_service.catalogue.project.sources import Service, Source
from geo_service.catalogue.query import Box
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.styles.qml import VERSION, document
from geo_service.geometry import RD, RD_BOUNDS

AnyLayer = LayerDefinition | RasterDefinition
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of the file in the archive: the same project is the same bytes."""
CHECKED = {True: "Qt::Checked", False: "Qt::Unchecked"}


@dataclass(frozen=True)
class Wanted:
    """What a project is made of. ``box`` (RD) is what is in view at first."""

    plan: Plan
    layers: Iterable[AnyLayer]
    service: Service
    municipality: str
    box: Box | None = None


def project(wanted: Wanted) -> bytes:
    """A ``.qgz``: the project as one compressed file. It holds addresses, never a password or a token."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        entry = zipfile.ZipInfo("project.qgs", LONG_AGO)
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, _document(wanted))
    return packed.getvalue()


def _document(wanted: Wanted) -> str:
    layers = {layer.id: layer for layer in wanted.layers}
    groups = wanted.plan.of(layers)
    drawn = [(layers[name], _source(layers[name], group, wanted.service)) for group in groups for name in group.layers]
    title = f"{wanted.plan.title}, {wanted.municipality}"
    root = ET.Element("qgis", version=VERSION, projectname=title)
    add(root, "title", title)
    root.append(spatial_reference("projectCrs", RD))
    system = add(add(root, "properties"), "SpatialRefSys")
    add(system, "ProjectionsEnabled", "1", type="int")  # else QGIS leaves the system out
    tree = add(root, "layer-tree-group")
    for group in groups:
        _group(tree, group, layers, {layer.id: source for layer, source in drawn})
    placed = add(root, "projectlayers")
    for layer, source in drawn:
        placed.append(map_layer(layer, source))
    order = add(root, "layerorder")
    for layer, _ in drawn:
        add(order, "layer", id=identifier(layer))
    _view(root, wanted.box or RD_BOUNDS)
    return document(root)


def _source(layer: AnyLayer, group: Group, service: Service) -> Source:
    if isinstance(layer, RasterDefinition):
        return service.cells(layer)
    return service.tiles(layer) if layer.id in group.tiles else service.features(layer)


def _group(tree: ET.Element, group: Group, layers: Mapping[str, AnyLayer], sources: Mapping[str, Source]) -> None:
    """A group of the legend, in Dutch as the layers are."""
    made = add(
        tree, "layer-tree-group", name=group.title, checked=CHECKED[group.shown], expanded=_flag(not group.collapsed and group.shown)
    )
    for name in group.layers:
        layer, on = layers[name], name not in group.off
        told = {"id": identifier(layer), "name": layer.title, "providerKey": sources[name].provider, "source": sources[name].address}
        add(made, "layer-tree-layer", checked=CHECKED[on], expanded=_flag(on and group.shown), **told)


def _view(root: ET.Element, box: Box) -> None:
    """What is in view when the project opens, and to where Zoom Full goes."""
    sides = dict(zip(("xmin", "ymin", "xmax", "ymax"), (f"{side:.3f}" for side in box), strict=True))
    canvas = add(root, "mapcanvas", name="theMapCanvas")
    add(canvas, "units", "meters")
    extent = add(canvas, "extent")
    for name, side in sides.items():
        add(extent, name, side)
    canvas.append(spatial_reference("destinationsrs", RD))
    full = add(add(root, "ProjectViewSettings"), "DefaultViewExtent", **sides)
    full.append(spatial_reference("crs", RD)[0])


def _flag(yes: bool) -> str:
    return "1" if yes else "0"
