// Leaflet, and what a map drawn by Folium needs beside it: our words, labels that fit, one selected district, the view in the address.
import "leaflet";

const L = window.L;
const PLOTS_FROM_ZOOM = 14;
const LABEL_OVERHANG = 1.5;
const EDGE = 14;
const MOST_HIDDEN = 0.1;

function speak(map, words) {
  map.attributionControl.setPrefix(false).addAttribution(words.source);
  const box = map.getContainer();
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", words.map);
  for (const [selector, text] of [[".leaflet-control-zoom-in", words.zoomIn], [".leaflet-control-zoom-out", words.zoomOut], [".leaflet-control-layers-toggle", words.layers]]) {
    const control = box.querySelector(selector);
    if (!control) continue;
    control.title = text;
    control.setAttribute("aria-label", text);
  }
}

function label(feature, onDark) {
  const box = document.createElement("span");
  box.className = onDark ? "label on-dark" : "label";
  box.append(feature.properties.label);
  const value = document.createElement("b");
  value.textContent = feature.properties.value;
  box.append(value);
  return box;
}

// Names stand inside their district when there is room; a name never covers another. Districts with a class go first, then the largest.
function labels(map, districts) {
  const group = L.layerGroup().addTo(map);
  const candidates = [];
  districts.eachLayer((layer) => {
    const { at, radius } = layer.feature.properties.place ?? {};
    if (at) candidates.push({ feature: layer.feature, at, radius, kept: layer.feature.properties.class >= 0 });
  });
  candidates.sort((a, b) => b.kept - a.kept || b.radius - a.radius);
  const draw = () => {
    group.clearLayers();
    const taken = [];
    for (const { feature, at, radius, kept } of candidates) {
      const point = map.latLngToLayerPoint(at);
      const metres = map.distance(at, map.layerPointToLatLng(point.add([100, 0]))) / 100;
      const half = Math.min(72, Math.max(18, feature.properties.label.length * 3.7));
      const rows = feature.properties.label.length * 7.4 > 144 ? 3 : 2;
      const area = L.bounds(point.subtract([half, rows * 8]), point.add([half, rows * 8]));
      if (half > ((kept ? LABEL_OVERHANG : 1) * radius) / metres || taken.some((other) => other.intersects(area))) continue;
      taken.push(area);
      const icon = L.divIcon({ className: "", iconSize: [0, 0], html: label(feature, feature.properties.dark) });
      L.marker(at, { icon, interactive: false, keyboard: false }).addTo(group);
    }
  };
  map.on("zoomend", draw);
  draw();
}

// A district that is pressed keeps a black line on a white one until another is pressed.
function selection(map, districts) {
  const lines = [["#fff", 8], ["#18211c", 4]].map(([color, weight]) => L.geoJSON(null, { interactive: false, style: { color, weight, fill: false } }).addTo(map));
  districts.on("click", (event) => {
    L.DomEvent.stopPropagation(event);
    for (const line of lines) line.clearLayers().addData(event.layer.feature);
  });
  map.on("click", () => lines.forEach((line) => line.clearLayers()));
}

// From afar a plot is a dot; near by it is its shape.
function plots(map, layer) {
  const draw = () => {
    const near = map.getZoom() >= PLOTS_FROM_ZOOM;
    layer.setStyle({ weight: near ? 3 : 3.5, fillOpacity: near ? 0.92 : 1 });
  };
  map.on("zoomend", draw);
  draw();
}

// How much of the legend lies over districts, 0..1, by a grid of samples.
function hidden(legend) {
  const { left, top, width, height } = legend.getBoundingClientRect();
  const places = [0.05, 0.23, 0.41, 0.59, 0.77, 0.95];
  const points = places.flatMap((x) => places.map((y) => [left + x * width, top + y * height]));
  const covered = points.filter(([x, y]) => document.elementsFromPoint(x, y).some((each) => each.matches("path.leaflet-interactive")));
  return covered.length / points.length;
}

// All districts as large as they can be without lying behind the open legend: room is made beside or above it, a little at a time.
function fit(map, districts) {
  const bounds = districts.getBounds();
  const legend = document.querySelector(".legend[open]");
  const show = (left, bottom) => map.fitBounds(bounds, { paddingTopLeft: [EDGE + left, EDGE], paddingBottomRight: [EDGE, EDGE + bottom], animate: false });
  show(0, 0);
  for (let part = 0.2; legend && part <= 1; part += 0.2) {
    if (hidden(legend) <= MOST_HIDDEN) return;
    show(0, part * legend.offsetHeight);
    if (hidden(legend) <= MOST_HIDDEN) return;
    show(part * legend.offsetWidth, 0);
  }
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

window.zelfbeheer = {
  finish(map, { districts, plots: plotLayer, words }) {
    speak(map, words);
    const legend = document.querySelector(".legend");
    if (window.innerWidth < 600) legend.open = false;
    if (districts) {
      fit(map, districts);
      selection(map, districts);
    }
    keepView(map);
    if (districts) labels(map, districts);
    if (plotLayer) plots(map, plotLayer);
    document.documentElement.dataset.ready = "true";
  },
};
