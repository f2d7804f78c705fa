"""The layers that a raster brings along: its figures per district, as features like any other (``districts`` in ``[raster]``). Pure."""

from geo_service.catalogue.definition import Column, LayerDefinition, Look, Style, Tiles
from geo_service.catalogue.raster.class_areas import LESS_M2
from geo_service.catalogue.raster.definition import RasterDefinition

PLURAL = {"gemeente": "gemeenten", "stadsdeel": "stadsdelen", "wijk": "wijken", "buurt": "buurten"}
PLAIN = Look(title="Gebied", fill="#eceae6", opacity=0.5, line="#4d5a52", width=1)
UNKNOWN = Look(title="Niet bekend", fill="#d8d6d0", line="#ffffff", width=1)
SELECT = """
select d.code, d.name as naam, f.area_m2 as oppervlakte_m2, {values}f.known_m2 / nullif(f.area_m2, 0) as bekend,
       f.day as raster_van, d.geom as geometrie, d.geom_4326 as geometrie_4326, d.geom_3857 as geometrie_3857
from geo.current_district d
left join geo.district_raster f on f.layer = '{layer}' and f.level = d.level and f.district_id = d.id
{classes}where d.level = '{level}'
"""
CLASSES = """left join (
  select district_id, sum(area_m2) as counted_m2,
         {sums}
  from geo.district_raster_class where layer = '{layer}' and level = '{level}' group by district_id
) k on k.district_id = d.id and k.counted_m2 > f.counted_m2 - {less}
"""
VALUES = {"gemiddelde": "f.mean", "laagste": "f.lowest", "hoogste": "f.highest"}
GREEN = {"groen": "f.green_share", "groen_m2": "f.green_share * f.counted_m2"}
SHARE = "0 tot 1"


def district_layers(raster: RasterDefinition) -> list[LayerDefinition]:
    """One layer per level that the raster names: ``hitte`` with ``districts = ["buurt"]`` brings ``hitte_buurten``."""
    return [_layer(raster, level) for level in raster.raster.districts]


def _layer(raster: RasterDefinition, level: str) -> LayerDefinition:
    values = (_of_classes(raster) or VALUES) | (GREEN if raster.raster.green else {})
    shared = raster.model_dump(include={"audience", "licence", "licence_url", "owner", "source", "updated"})
    columns = _columns(raster, tuple(values))
    return LayerDefinition(
        **shared,
        id=f"{raster.id}_{PLURAL[level]}",
        title=f"{raster.title} per {level}",
        summary=f"{raster.summary} Cijfers per {level}: elke cel telt voor het deel dat erin ligt.",
        style=_style(raster),
        geometry="MultiPolygon",
        key="code",
        served=(4326, 3857),
        columns=columns,
        tiles=Tiles(minzoom=6, maxzoom=22, columns=tuple(name for name in columns if name not in ("oppervlakte_m2", "raster_van"))),
        sql=_select(raster, level, values).strip(),
    )


def _select(raster: RasterDefinition, level: str, values: dict[str, str]) -> str:
    sums = (f"coalesce(sum(area_m2) filter (where value = {word}), 0) as {_name(word)}" for word in raster.style.values)
    classes = CLASSES.format(sums=",\n         ".join(sums), layer=raster.id, level=level, less=LESS_M2) if raster.classes else ""
    told = "".join(f"{value} as {name}, " for name, value in values.items())
    return SELECT.format(values=told, classes=classes, layer=raster.id, level=level)


def _of_classes(raster: RasterDefinition) -> dict[str, str]:
    """Of each class its share of the ground that counts, and its m²."""
    names = [_name(word) for word in raster.style.values]
    shares = {name: f"k.{name} / nullif(f.counted_m2, 0)" for name in names}
    return {column: value for name in names for column, value in ((name, shares[name]), (f"{name}_m2", f"k.{name}"))}


def _name(word: str) -> str:
    """The column of a class: ``klasse_10`` of 10."""
    return f"klasse_{word.replace('-', 'min_').replace('.', '_')}"


def _columns(raster: RasterDefinition, values: tuple[str, ...]) -> dict[str, Column]:
    unit, filled = raster.raster.unit, raster.raster.nodata_counts_as
    rule = "Grond zonder waarde telt niet mee." if filled is None else f"Grond zonder waarde telt als {filled:g}."
    told = {
        "gemiddelde": Column(title="Gemiddelde", unit=unit, description=rule),
        "laagste": Column(title="Laagste", unit=unit, description="Van de cellen met een waarde."),
        "hoogste": Column(title="Hoogste", unit=unit, description="Van de cellen met een waarde."),
        "groen": Column(title="Aandeel groen", unit=SHARE, description=rule),
        "groen_m2": Column(title="Groen", unit="m²"),
    }
    for word, look in raster.style.values.items():
        told[_name(word)] = Column(title=f"Aandeel {look.title}", unit=SHARE, description=rule)
        told[f"{_name(word)}_m2"] = Column(title=look.title, unit="m²")
    return {
        "code": Column(title="Code"),
        "naam": Column(title="Naam"),
        "oppervlakte_m2": Column(title="Oppervlakte", unit="m²", description="Zonder wat een ander gebied met een lagere code al heeft."),
        **{name: told[name] for name in values},
        "bekend": Column(title="Bekend", unit=SHARE, description="Deel van de grond waarvan het raster een waarde heeft."),
        "raster_van": Column(title="Dag van het raster"),
    }


def _style(raster: RasterDefinition) -> Style:
    """The looks of the raster's own classes, on the mean of a district, whose zero is a value; a raster of kinds has no mean."""
    if raster.style.values:
        return Style(look=PLAIN)
    lined = [step.model_copy(update={"line": step.line or "#ffffff", "width": step.width or 1}) for step in raster.style.classes]
    return Style(column="gemiddelde", classes=tuple(lined), nothing=UNKNOWN, zero_counts=True)
