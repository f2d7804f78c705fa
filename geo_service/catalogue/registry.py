"""All layers of a content folder, read and checked without a database."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from geo_service.catalogue.definition import LayerDefinition, Published
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.raster.district_layers import district_layers
from geo_service.content import read_toml
from geo_service.errors import N_, NotFound, SetupError

AnyLayer = TypeVar("AnyLayer", bound=Published)
NO_LAYER = N_("There is no layer {layer}.")
TWICE = "is the name of a layer that a raster brings along (districts)"
README = """# Layers

One layer is one `.toml` (what people read, for whom, how it looks) and one `.sql` (exactly one SELECT); a raster layer has no `.sql`.
Add yours: [docs/add-a-layer.md](../docs/add-a-layer.md). This table is made by `geo-service layers list --markdown`.
"""


class Catalogue(Mapping[str, LayerDefinition]):
    """The layers of features by id, in the order of their ids; beside them the ``rasters``, by id as well."""

    def __init__(self, layers: list[LayerDefinition], rasters: Iterable[RasterDefinition] = ()) -> None:
        self._layers = {layer.id: layer for layer in sorted(layers, key=lambda layer: layer.id)}
        self.rasters = {raster.id: raster for raster in sorted(rasters, key=lambda raster: raster.id)}

    def __getitem__(self, layer_id: str) -> LayerDefinition:
        return self._layers[layer_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._layers)

    def __len__(self) -> int:
        return len(self._layers)

    def visible(self, *, staff: bool) -> list[LayerDefinition]:
        """The layers that an asker may know of."""
        return [layer for layer in self.values() if staff or layer.audience == "public"]

    def visible_rasters(self, *, staff: bool) -> list[RasterDefinition]:
        """The same for rasters; whether one has a file is for the database to say."""
        return [raster for raster in self.rasters.values() if staff or raster.audience == "public"]

    def find(self, layer_id: str, *, staff: bool) -> LayerDefinition:
        """One layer. A staff layer does not exist for others: both are ``NotFound``."""
        return _found(self._layers.get(layer_id), layer_id, staff=staff)

    def find_raster(self, layer_id: str, *, staff: bool) -> RasterDefinition:
        """One raster layer; ``NotFound`` as for ``find``."""
        return _found(self.rasters.get(layer_id), layer_id, staff=staff)


def _found(layer: AnyLayer | None, layer_id: str, *, staff: bool) -> AnyLayer:
    if layer is None or (layer.audience == "staff" and not staff):
        raise NotFound(NO_LAYER, layer=layer_id)
    return layer


def as_markdown(catalogue: Catalogue) -> str:
    """The table of all layers: ``layers/README.md`` is this text, checked by a test."""
    rows = "".join(
        f"| [{layer.id}]({layer.id}.toml) | {layer.audience} | {layer.title} | {layer.summary} |\n"
        for layer in sorted([*catalogue.values(), *catalogue.rasters.values()], key=lambda layer: layer.id)
    )
    return f"{README}\n| id | for | title | what it shows |\n|---|---|---|---|\n{rows}"


def load_catalogue(content: Path) -> Catalogue:
    """Read every ``layers/ID.toml`` with its ``ID.sql``; all mistakes of all files are told at once."""
    layers: list[LayerDefinition] = []
    rasters: list[RasterDefinition] = []
    brought: list[LayerDefinition] = []
    faults: list[dict[str, str]] = []
    for file in sorted((content / "layers").glob("*.toml")):
        try:
            layer = _read(file)
            if isinstance(layer, LayerDefinition):
                layers.append(layer)
            else:
                brought += district_layers(layer)
                rasters.append(layer)
        except ValidationError as error:
            faults += [_told(file, fault) for fault in error.errors()]
    files = {layer.id for layer in (*layers, *rasters)}
    faults += [{"where": f"{layer.id}.toml", "text": TWICE} for layer in brought if layer.id in files]
    if faults:
        raise SetupError(N_("The layers are not valid."), details={"errors": faults})
    return Catalogue([*layers, *brought], rasters)


def _read(file: Path) -> LayerDefinition | RasterDefinition:
    told = read_toml(file)
    if "raster" in told:
        return RasterDefinition.model_validate({**told, "id": file.stem})
    query = file.with_suffix(".sql")
    sql = query.read_text(encoding="utf-8") if query.exists() else ""
    return LayerDefinition.model_validate({**told, "id": file.stem, "sql": sql})


def _told(file: Path, fault: Any) -> dict[str, str]:
    place = ".".join(map(str, fault["loc"]))
    return {"where": f"{file.name} {place}".strip(), "text": fault["msg"]}
