"""The layers that a raster brings along: its figures per district, as features like any other (``districts`` in ``[raster]``). Pure."""

from geo_service.catalogue.definition import Column, LayerDefinition, Look, Style, Tiles
from geo_service.catalogue.raster.definition import RasterDefinition

PLURAL = {"gemeente": "gemeenten", "stadsdeel": "stadsdelen", "wijk": "wijken", "buurt": "buurten"}
PLAIN = Look(title="Gebied", fill="#eceae6", opacity=0.5, line="#4d5a52", width=1)
SELECT = """
select d.code, d.name as naam, f.area_m2 as oppervlakte_m2, {values}f.known_m2 / nullif(f.area_m2, 0) as bekend,
       f.day as raster_van, d.geom as geometrie, d.geom_4326 as geometrie_4326, d.geom_3857 as geometrie_3857
from geo.current_district d
left join geo.district_raster f on f.layer = '{layer}' and f.level = d.level and f.district_id = d.id
where d.level = '{level}'
"""
VALUES = {"gemiddelde": "f.mean", "laagste": "f.lowest", "hoogste": "f.highest"}
GREEN = {"groen": "f.green_share", "groen_m2": "f.green_share * f.counted_m2"}
SHARE = "0 tot 1"


def district_layers(raster: RasterDefinition) -> list[LayerDefinition]:
    """One layer per level that the raster names: ``hitte`` with ``districts = ["buurt"]`` brings ``hitte_buurten``."""
    return [_layer(raster, level) for level in raster.raster.districts]


def _layer(raster: RasterDefinition, level: str) -> LayerDefinition:
    values = ({} if raster.style.values else VALUES) | (GREEN if raster.raster.green else {})
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
        sql=SELECT.format(values="".join(f"{value} as {name}, " for name, value in values.items()), layer=raster.id, level=level).strip(),
    )


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
    return {
        "code": Column(title="Code"),
        "naam": Column(title="Naam"),
        "oppervlakte_m2": Column(title="Oppervlakte", unit="m²", description="Zonder wat een ander gebied met een lagere code al heeft."),
        **{name: told[name] for name in values},
        "bekend": Column(title="Bekend", unit=SHARE, description="Deel van de grond waarvan het raster een waarde heeft."),
        "raster_van": Column(title="Dag van het raster"),
    }


def _style(raster: RasterDefinition) -> Style:
    """The looks of the raster's own classes, on the mean of a district (zero is a value there); a raster of kinds has no mean."""
    if raster.style.values:
        return Style(look=PLAIN)
    lined = [step.model_copy(update={"line": step.line or "#ffffff", "width": step.width or 1}) for step in raster.style.classes]
    return Style(column="gemiddelde", classes=tuple(lined))
