// The map of residents (OpenLayers on our own vector tiles, on a canvas: it needs no graphics card).
//
// A page holds the element that `{{ atlas(options, label) }}` of templates/_atlas.html makes; web/pages/atlas.py makes the options:
//   mode     view    tap what is there: a plot, free green, an idea, a wijk
//            choose  tap green objects, several that adjoin; tap again to take one away
//            draw    draw an area; corners snap to green and plots
//            pin     put one pin
//   center   [longitude, latitude] and zoom; or bounds [west, south, east, north]; or fit: a GeoJSON geometry
//   layers   of "free", "plots", "ideas", "districts": what is shown above the ground
//   selected {kind, id} that is highlighted; kind is "plek", "groen", "idee" or "wijk"
//   shape    GeoJSON geometry (CRS84): the start of a drawing, or of a pin
//   chosen   ids of green objects that are chosen at the start
//   input    id of a field: the GeoJSON of the drawing or pin, or the ids with commas between them, is written into it
//   tiles, ground, background, attribution, words, language: from the server, the same everywhere
//
// The element tells what happens by events that bubble:
//   atlas:ready    the map is there
//   atlas:select   {kind, id, properties, lonlat}: somebody tapped it, or pressed Enter with it in the crosshair; cancel it and nothing is highlighted
//   atlas:moved    {center, zoom, bounds}, longitude and latitude, when a move ended
//   atlas:drawn    {mode, geometry, ids, points}: the drawing, the choice or the pin changed; geometry is null as long as it is no area
//   atlas:steps    {undo, redo}: whether a step back or forward is possible
//   atlas:failed   tiles do not load
//
// And it has `element.atlas`:
//   highlight(kind, id, [title, line])  or highlight(null)        goTo([lon, lat], zoom)         fit(boundsOrGeometry, options)
//   setMode(mode)        undo()  redo()  clear()    setShape(geometry)  setChosen(ids)
//   showDecision({faults: [{geometry, label, kind}], suggestion, label})  or showDecision(null)
//   announce(text)
import { start } from "./atlas/start.js";

for (const element of document.querySelectorAll(".atlas[data-atlas]")) {
  try {
    start(element, JSON.parse(element.dataset.atlas));
  } catch (error) {
    element.dataset.failed = "true"; // the words below the map say what works without it
    throw error;
  }
}
