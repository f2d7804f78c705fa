"""What we add to Folium's own elements: the legend with its patterns, and the last step that gives the map our words and labels."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from branca.element import MacroElement
from folium.template import Template
from jinja2 import Environment, FileSystemLoader

from geo_service.cartography.classes import classes
from geo_service.cartography.definition import Choropleth, Plots
from geo_service.catalogue.definition import Look
from geo_service.errors import N_
from geo_service.words import Language, say

HTML = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
FEW = N_("fewer than {few} plots")
ZOOM_IN = N_("Zoom in")
ZOOM_OUT = N_("Zoom out")
LAYERS = N_("Layers")


class Finish(MacroElement):
    """Runs when all layers are drawn: words of the controls, labels, the selected district, plots as dots from afar."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        zelfbeheer.finish({{ this._parent.get_name() }}, {
            districts: {{ this.districts }}, plots: {{ this.plots }}, ...{{ this.told|tojson }}
        });
        {% endmacro %}
        """
    )

    def __init__(self, districts: MacroElement | None, plots: MacroElement | None, told: dict[str, Any]) -> None:
        super().__init__()
        self._name = "Finish"
        self.districts = districts.get_name() if districts else "null"
        self.plots = plots.get_name() if plots else "null"
        self.told = told


def words(name: str, source: str, language: Language) -> dict[str, str]:
    """The words of the controls of a map, by the names that our script knows."""
    controls = {"zoomIn": ZOOM_IN, "zoomOut": ZOOM_OUT, "layers": LAYERS}
    return {"map": name, "source": source, **{control: say(text, language) for control, text in controls.items()}}


@dataclass(frozen=True)
class CellLegend:
    """What the colours of a raster mean; ``title`` is its name in the list of layers."""

    title: str
    looks: list[Look]


def legend(choropleth: Choropleth, shown: list[dict[str, Any]], plots: Plots | None, cells: CellLegend | None, language: Language) -> str:
    """The legend as HTML: the colours of the map itself, with how many districts are in each class, the plots when they are drawn, and
    the cells while readers have them switched on."""
    counted = Counter(feature["properties"]["class"] for feature in shown)
    few = sum(feature["properties"]["few"] for feature in shown)
    rows = [(each, counted[each.index]) for each in classes(choropleth, language)]
    few_text = say(FEW, language, few=choropleth.few)
    title, plots_title = choropleth.legend.say(language), plots.title.say(language) if plots else None
    return HTML.get_template("legend.html").render(
        title=title,
        rows=rows,
        few=few,
        few_text=few_text,
        few_class=min(_few_classes(shown), default=0),
        plots=plots,
        plots_title=plots_title,
        cells=cells,
    )


def _few_classes(shown: list[dict[str, Any]]) -> list[int]:
    return [feature["properties"]["class"] for feature in shown if feature["properties"]["few"]]


def patterns(choropleth: Choropleth) -> str:
    """For each class its colour under a hatch, for districts with few plots."""
    return HTML.get_template("patterns.html").render(classes=classes(choropleth, "en"))
