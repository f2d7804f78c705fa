"""What we add to Folium's own elements: the legend with its patterns, and the last step that gives the map our words and labels."""

from collections import Counter
from pathlib import Path
from typing import Any

from branca.element import MacroElement
from folium.template import Template
from jinja2 import Environment, FileSystemLoader

from geo_service.cartography.classes import classes
from geo_service.cartography.definition import Choropleth
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
            districts: {{ this.districts }}, plots: {{ this.plots }}, words: {{ this.words|tojson }}
        });
        {% endmacro %}
        """
    )

    def __init__(self, districts: MacroElement | None, plots: MacroElement | None, name: str, source: str, language: Language) -> None:
        super().__init__()
        self._name = "Finish"
        self.districts = districts.get_name() if districts else "null"
        self.plots = plots.get_name() if plots else "null"
        self.words = {
            "map": name,
            "source": source,
            "zoomIn": say(ZOOM_IN, language),
            "zoomOut": say(ZOOM_OUT, language),
            "layers": say(LAYERS, language),
        }


def legend(choropleth: Choropleth, shown: list[dict[str, Any]], language: Language) -> str:
    """The legend as HTML: the colours of the map itself, with how many districts are in each class."""
    counted = Counter(feature["properties"]["class"] for feature in shown)
    few = sum(feature["properties"]["few"] for feature in shown)
    rows = [(each, counted[each.index]) for each in classes(choropleth, language)]
    few_text = say(FEW, language, few=choropleth.few)
    return HTML.get_template("legend.html").render(title=choropleth.legend.say(language), rows=rows, few=few, few_text=few_text)


def patterns(choropleth: Choropleth) -> str:
    """For each class its colour under a hatch, for districts with few plots."""
    return HTML.get_template("patterns.html").render(classes=classes(choropleth, "en"))
