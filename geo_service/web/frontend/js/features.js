// A small map of the features on a page, in the style of their layer, or of a raster as tiles. The page says the same without scripts.
import L from "leaflet";
import { speak } from "./map/words.js";

const CLOSEST = 18;
const GROUND_FROM_ZOOM = 15;
const frame = document.querySelector("[data-features]");
if (frame) show(frame).catch(() => fail(frame));

async function show(figure) {
  const { features, style, words, around } = figure.dataset;
  figure.hidden = false;
  const told = JSON.parse(words);
  const [found, context] = await Promise.all([features ? read(features) : null, around ? read(around) : null]);
  const box = figure.firstElementChild;
  const map = L.map(box, { renderer: L.canvas({ tolerance: 3 }), zoomSnap: 0.25, maxZoom: 20, scrollWheelZoom: false });
  if (context) L.geoJSON(context, { interactive: false, style: { color: "#7a827b", weight: 1, dashArray: "4 3", fill: false } }).addTo(map);
  const drawn = (found ? draw(found, JSON.parse(style)) : raster(figure.dataset)).addTo(map);
  map.fitBounds(drawn.getBounds(), { maxZoom: CLOSEST, padding: [14, 14], animate: false });
  if (figure.dataset.ground) await ground(map, figure.dataset);
  speak(map, told);
  figure.dataset.ready = "true";
}

// Leaflet asks whole zooms only; the bounds are west, south, east, north.
function raster({ tiles, bounds }) {
  const [west, south, east, north] = JSON.parse(bounds);
  const around = L.latLngBounds([south, west], [north, east]);
  const drawn = L.tileLayer(tiles, { bounds: around, maxZoom: 20 });
  drawn.getBounds = () => around;
  return drawn;
}

// Near by, the streets, water and green below the features, so that people recognise the place.
async function ground(map, { ground: address, groundStyle }) {
  map.createPane("ground").style.zIndex = 350;
  const renderer = L.canvas({ pane: "ground" });
  const style = JSON.parse(groundStyle);
  let shown = null;
  const draw = async () => {
    if (map.getZoom() < GROUND_FROM_ZOOM) return;
    const found = await read(`${address}&bbox=${map.getBounds().pad(0.2).toBBoxString()}`);
    shown?.remove();
    const look = ({ properties }) => ({ ...lookOf(properties, style), renderer });
    shown = L.geoJSON(found, { pane: "ground", interactive: false, style: look }).addTo(map);
  };
  map.on("moveend", () => draw().catch(() => {})); // without it the map only says less
  await draw();
}

async function read(address) {
  const answer = await fetch(address, { headers: { accept: "application/geo+json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

function draw(found, style) {
  return L.geoJSON(found, {
    style: ({ properties }) => lookOf(properties, style),
    pointToLayer: ({ properties }, place) => L.circleMarker(place, { ...lookOf(properties, style), radius: 6 }),
    onEachFeature(feature, layer) {
      const row = document.getElementById(`f-${feature.id}`);
      const name = document.createElement("b");
      name.textContent = [feature.id, feature.properties.naam].filter(Boolean).join(" · ");
      layer.bindTooltip(name, { sticky: true });
      if (row) layer.on("click", () => row.querySelector("a").click());
    },
  });
}

// The same choice as in QGIS, MapLibre and SLD: one look, one per value, or one per class of numbers; nothing is empty, no value of the style, or zero with classes from zero up.
function lookOf(properties, { look, column, values = {}, classes = [], nothing }) {
  const value = properties[column];
  const empty = value === null || value === undefined || (classes[0]?.at_least >= 0 && value === 0);
  const step = typeof value === "number" && !(empty && nothing) && classes.findLast(({ at_least: from }) => value >= from);
  return paint(look || values[value] || step || ((empty || !classes.length) && nothing) || { line: "#626b64", width: 1 });
}

function paint({ fill, opacity = 1, line, width = 0, dash }) {
  return { fill: Boolean(fill), fillColor: fill, fillOpacity: opacity, stroke: width > 0, color: line || fill, weight: width, dashArray: dash };
}

function fail(figure) {
  figure.hidden = false;
  figure.firstElementChild.textContent = JSON.parse(figure.dataset.words).failed;
  figure.dataset.ready = "false";
}
