// Puts the map together in its element and gives the element its methods.
import Map from "ol/Map.js";
import View from "ol/View.js";
import { defaults as interactions } from "ol/interaction/defaults.js";
import { choosing } from "./choosing.js";
import { controls } from "./controls.js";
import { districts } from "./districts.js";
import { drawing } from "./drawing.js";
import { ground } from "./ground.js";
import { highlighting } from "./highlight.js";
import { keys } from "./keys.js";
import { overlay } from "./overlay.js";
import { pinning } from "./pinning.js";
import { found } from "./pick.js";
import { boundsInDegrees, boundsOnMap, inDegrees, onMap, readGeometry } from "./place.js";
import { free, ideas, plots } from "./plots.js";

const FARTHEST = 9;
const CLOSEST = 21;
const MARGIN = [48, 48, 48, 48];

export function start(element, options) {
  const motion = window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 220;
  const target = element.querySelector("[data-atlas-map]");
  const map = new Map({ target, layers: ground(options), controls: [], interactions: interactions({ altShiftDragRotate: false, pinchRotate: false, zoomDuration: motion }) });
  map.setView(new View({ center: onMap(options.center), zoom: options.zoom, minZoom: FARTHEST, maxZoom: CLOSEST, enableRotation: false, extent: options.extent && boundsOnMap(options.extent) }));
  const around = controls(map, element, { words: options.words, motion });
  const over = overlay(map);
  const tell = (name, detail) => element.dispatchEvent(new CustomEvent(`atlas:${name}`, { detail, bubbles: true, cancelable: true }));
  const shared = { map, element, options, over, tell, announce: around.announce, words: options.words };
  const chosen = choosing(shared);
  const modes = { choose: chosen, draw: drawing(shared), pin: pinning(shared), view: looking(shared) };
  shown(map, options, element, chosen.chosen);

  let mode = modes[options.mode] ?? modes.view;
  const highlight = highlighting(shared);
  const api = element.atlas = {
    map,
    highlight,
    announce: around.announce,
    goTo: (place, zoom) => map.getView().animate({ center: onMap(place), zoom: zoom ?? map.getView().getZoom(), duration: motion }),
    fit: (what, more) => fit(map, what, { duration: motion, ...more }),
    showDecision: over.decide,
    setMode(name) {
      mode.leave();
      over.decide(null);
      mode = modes[name];
      element.dataset.mode = name;
      mode.enter();
      tell("mode", { mode: name });
    },
    undo: () => mode.undo(),
    redo: () => mode.redo(),
    clear: () => mode.clear(),
    finish: () => mode.finish?.(),
    setShape: (geometry) => mode.setShape(geometry),
    setChosen: (ids) => chosen.set(ids),
  };

  map.on("click", (event) => mode.tap(event.pixel));
  keys(map, target, { act: (pixel, shift) => mode.act(pixel, shift), undo: () => mode.undo(), finish: () => mode.finish?.() });
  map.on("pointermove", ({ pixel, dragging }) => { if (!dragging) target.style.cursor = mode.hover?.(pixel) ?? (found(map, pixel) ? "pointer" : ""); });
  map.on("moveend", () => tell("moved", { center: inDegrees(map.getView().getCenter()), zoom: map.getView().getZoom(), bounds: boundsInDegrees(map.getView().calculateExtent()) }));
  watchTiles(map, around, tell);

  element.dataset.mode = options.mode;
  element.dataset.ready = "true";
  map.updateSize();
  if (options.fit || options.bounds) fit(map, options.fit ?? options.bounds, { duration: 0 });
  mode.enter();
  if (options.shape) mode.setShape?.(options.shape);
  if (options.chosen?.length) chosen.set(options.chosen);
  if (options.selected) highlight(options.selected.kind, options.selected.id);
  new ResizeObserver(() => map.updateSize()).observe(target);
  map.once("rendercomplete", () => { element.dataset.drawn = "true"; });
  tell("ready", {});
  return api;
}

function shown(map, options, element, chosen) {
  const icons = JSON.parse(element.dataset.icons);
  const wanted = new Set(options.layers);
  if (wanted.has("districts")) districts(options).forEach((layer) => map.addLayer(layer));
  if (wanted.has("free")) {
    const green = free(options, icons, element, chosen);
    green.layers.forEach((layer) => map.addLayer(layer));
    map.on("loadend", green.settle);
    element.addEventListener("atlas:mode", green.restyle);
  }
  if (wanted.has("plots")) plots(options, icons).forEach((layer) => map.addLayer(layer));
  if (wanted.has("ideas")) ideas(options, icons).forEach((layer) => map.addLayer(layer));
}

function fit(map, what, more) {
  const extent = Array.isArray(what) ? boundsOnMap(what) : readGeometry(what).getExtent();
  map.getView().fit(extent, { padding: MARGIN, maxZoom: 19, ...more });
}

// Tapping leads to what lies there; who made the page decides what that means.
function looking({ map, tell, announce, words, element }) {
  const act = (pixel) => {
    const hit = found(map, pixel);
    if (!hit) return announce(words.nothingHere);
    const told = inWords(hit, words);
    announce(told.join(", "));
    const lonlat = inDegrees(map.getCoordinateFromPixel(pixel));
    const { kind, id, properties } = hit;
    if (!tell("select", { kind, id, properties, lonlat })) return null;
    if (kind === "wijk") return map.getView().animate({ center: map.getCoordinateFromPixel(pixel), zoom: 15, duration: 0 });
    return element.atlas.highlight(kind, id, [told[0], told.slice(1).join(" · ")]);
  };
  const nothing = () => {};
  return { tap: act, act, enter: nothing, leave: nothing, undo: nothing, redo: nothing, clear: nothing };
}

function inWords({ kind, id, properties }, words) {
  const status = words.status[kind === "groen" ? "vrij" : properties.status] ?? "";
  const name = properties.naam ?? properties.soort_groen ?? "";
  const area = properties.oppervlakte_m2 ? `${Math.round(properties.oppervlakte_m2)} m²` : "";
  return [name, kind === "plek" ? id : "", area, status].filter(Boolean);
}

// What cannot be loaded is said once, and that the list works. A tile that comes later takes the words away.
function watchTiles(map, around, tell) {
  let failures = 0;
  for (const layer of map.getLayers().getArray()) {
    const source = layer.getSource?.();
    source?.on?.("tileloaderror", () => {
      failures += 1;
      if (failures === 3) {
        around.fail();
        tell("failed", {});
      }
    });
    source?.on?.("tileloadend", () => {
      if (failures >= 3) around.recover();
      failures = 0;
    });
  }
}
