// Leaflet, and what a map drawn by Folium needs beside it: our words, labels that fit, one chosen district, the view in the address.
import "leaflet";
import { fit } from "./map/fit.js";
import { labels } from "./map/labels.js";
import { selection } from "./map/selection.js";
import { speak } from "./map/words.js";

const PLOTS_FROM_ZOOM = 14;
const PHONE = 600;

// From afar a plot is a dot; near by it is its shape.
function plots(map, layer) {
  const draw = () => {
    const near = map.getZoom() >= PLOTS_FROM_ZOOM;
    layer.setStyle({ weight: near ? 3 : 3.5, fillOpacity: near ? 0.92 : 1 });
  };
  map.on("zoomend", draw);
  draw();
}

// The page may replace this document by that of another day: the view travels in the address, after the #.
function keepView(map) {
  const [zoom, lat, lng] = location.hash.slice(1).split("/").map(Number);
  if (location.hash && [zoom, lat, lng].every(Number.isFinite)) map.setView([lat, lng], zoom, { animate: false });
  map.on("moveend", () => {
    const { lat: y, lng: x } = map.getCenter();
    history.replaceState(null, "", `#${map.getZoom()}/${y.toFixed(5)}/${x.toFixed(5)}`);
  });
}

// The colours of a raster are explained while it is switched on.
function explainCells(map) {
  const legend = document.querySelector(".legend .cells");
  if (legend) map.on("overlayadd overlayremove", ({ name, type }) => name === legend.dataset.overlay && (legend.hidden = type === "overlayremove"));
}

window.zelfbeheer = {
  finish(map, { districts, plots: plotLayer, isPart, isSchematic, words }) {
    speak(map, words);
    map.getContainer().classList.toggle("schematic", isSchematic);
    if (window.innerWidth < PHONE) document.querySelector(".legend").open = false;
    // Tab goes along the controls: the districts stand in the table of the page, and as shapes they have no name.
    for (const path of map.getContainer().querySelectorAll("path.leaflet-interactive")) path.setAttribute("tabindex", "-1");
    explainCells(map);
    if (districts) fit(map, districts, isPart);
    keepView(map);
    if (districts) {
      selection(map, districts);
      labels(map, districts, plotLayer);
    }
    if (plotLayer) plots(map, plotLayer);
    document.documentElement.dataset.ready = "true";
  },
};
