// One district is chosen, on the map or in the table of the page around it: a black line on a white one, and its figures on a card.
const L = window.L;
const PANE = "selection";
const LINES = [["#fff", 8], ["#18211c", 4]];

export function selection(map, districts) {
  map.createPane(PANE, map.getPane("overlayPane").parentNode).classList.add("selection");
  const lines = LINES.map(([color, weight]) => L.geoJSON(null, { interactive: false, pane: PANE, style: { color, weight, fill: false } }).addTo(map));
  const card = document.body.appendChild(document.createElement("div"));
  card.className = "callout";
  card.setAttribute("role", "status");

  const show = (code) => {
    const layer = districts.getLayers().find(({ feature }) => feature.id === code);
    for (const line of lines) line.clearLayers();
    card.replaceChildren();
    if (!layer) return;
    for (const line of lines) line.addData(layer.feature);
    card.innerHTML = linesOf(layer.feature.properties);
    if (!map.getBounds().contains(layer.getBounds().getCenter())) map.panTo(layer.getBounds().getCenter());
  };
  const choose = (code) => {
    show(code);
    if (window.parent !== window) window.parent.postMessage({ district: code }, location.origin);
  };
  districts.on("click", (event) => {
    L.DomEvent.stopPropagation(event);
    choose(event.layer.feature.id);
  });
  map.on("click", () => choose(null));
  window.addEventListener("message", ({ origin, source, data }) => {
    if (origin === location.origin && source === window.parent) show(data.district);
  });
}

// The lines of the tooltip: HTML of which the server escaped every value.
function linesOf(properties) {
  const names = Object.keys(properties).filter((name) => /^line\d+$/.test(name)).sort();
  return names.map((name, place) => (place ? `<p>${properties[name]}</p>` : `<b>${properties[name]}</b>`)).join("");
}
