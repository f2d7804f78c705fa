"""A definition and the layers that it names, drawn by Folium: districts by class, background and plots above them, and a legend."""

from typing import Any

import folium
import shapely
from sqlalchemy.orm import Session

from geo_service.cartography import queries
from geo_service.cartography.assets import take_out_links
from geo_service.cartography.background import draw_background
from geo_service.cartography.definition import MapDefinition
from geo_service.cartography.districts import district_features, draw_context, draw_districts, draw_outline
from geo_service.cartography.elements import CellLegend, Finish, legend, patterns, words
from geo_service.cartography.overlay import draw_overlay
from geo_service.cartography.plots import draw_plots
from geo_service.cartography.view import MapParts, View
from geo_service.catalogue import read
from geo_service.catalogue.raster.queries import edition
from geo_service.catalogue.registry import Catalogue
from geo_service.catalogue.styles.rules import looks
from geo_service.errors import N_
from geo_service.words import Language, say, say_date

SCHEMATIC = N_("Schematic map · example data")
MAP_NAME = N_("Map: {title}. The table on the page gives the same figures.")


def draw(session: Session, definition: MapDefinition, catalogue: Catalogue, view: View, *, served: bool = True) -> MapParts:
    """Draw a map as it was on a day. Only simplified and counted shapes go into the document: it stays under 1 MB.

    A map that is not ``served`` has nobody to ask for tiles.
    """
    language = view.language
    level = definition.choropleth.levels[view.level]
    title = f"{definition.title.say(language)}, {level.title.say(language).lower()}, {say_date(view.at, language)}"
    drawing = folium.Map(tiles=None, zoom_control="bottomright", zoom_snap=0.25, zoom_delta=0.75, min_zoom=9, max_zoom=19)
    shown, others, area = _districts(session, definition, catalogue, view)
    draw_context(drawing, others)
    districts = draw_districts(drawing, shown, definition.choropleth, level.title.say(language))
    draw_outline(drawing, shown)
    if background := definition.background:
        draw_background(session, drawing, background, catalogue[background.layer], background.title.say(language))
    cells = None
    if served and definition.raster and (shown_cells := edition(session, definition.raster.layer, view.at)):
        cells = CellLegend(definition.raster.title.say(language), looks(catalogue.rasters[definition.raster.layer].style))
        draw_overlay(drawing, definition.raster, shown_cells, view.at, cells.title)
    plots = None
    if definition.plots:
        plots = draw_plots(session, drawing, definition.plots, catalogue, view.at, language, area)
    if districts:
        folium.LayerControl(position="topright", collapsed=True).add_to(drawing)
        drawing.fit_bounds(districts.get_bounds())  # type: ignore[arg-type]
    schematic = queries.is_schematic(session)
    source = say(SCHEMATIC, language) if schematic else definition.attribution.say(language)
    spoken = words(say(MAP_NAME, language, title=title), source, language)
    Finish(districts, plots, {"words": spoken, "isPart": bool(others), "isSchematic": schematic}).add_to(drawing)
    explained = legend(definition.choropleth, shown, definition.plots if plots else None, cells, language)
    return _parts(drawing, title, language, patterns(definition.choropleth) + explained)


def _districts(session: Session, definition: MapDefinition, catalogue: Catalogue, view: View) -> tuple[list[Any], list[Any], Any]:
    """The features that were asked for, those around them, and the area of the first when it is not everything."""
    level = definition.choropleth.levels[view.level]
    frame = read(session, level.layer, at=view.at, catalogue=catalogue)
    layer = catalogue[level.layer]
    made = district_features(frame, definition.choropleth, layer, view.language)
    if view.within is None:
        return made, [], None
    codes = queries.codes_within(session, level.level, view.within)
    area = shapely.union_all(frame[frame[layer.key].isin(codes)].geometry.to_numpy())
    return [each for each in made if each["id"] in codes], [each for each in made if each["id"] not in codes], area


def _parts(drawing: folium.Map, title: str, language: Language, before: str) -> MapParts:
    figure: Any = drawing.get_root()
    figure.render()
    assets = take_out_links(figure)
    header = figure.header.render().replace("maximum-scale=1.0, user-scalable=no", "minimum-scale=1.0")
    return MapParts(title, language, header, before + figure.html.render(), figure.script.render(), assets)
