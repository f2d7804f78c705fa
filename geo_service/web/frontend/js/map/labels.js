// Names stand in their district when there is room. A name never covers another, and gives way to plots where it can.
// The highest class goes first, then the widest district.
const L = window.L;
const OVERHANG = { kept: 2, none: 1.4 };
const LETTER = 3.4;
const LINE = 7.5;
const WIDEST = 72;
const PLACES = [[0, 0], [0, -0.45], [0, 0.45], [-0.35, 0], [0.35, 0], [0, -0.65], [0, 0.65]];

export function labels(map, districts, plots) {
  const group = L.layerGroup().addTo(map);
  const candidates = districts.getLayers().map((layer) => layer.feature).filter((feature) => feature.properties.place);
  candidates.sort((a, b) => b.properties.class - a.properties.class || b.properties.place.radius - a.properties.place.radius);
  const centres = plots ? plots.getLayers().map((plot) => (plot.getBounds ? plot.getBounds().getCenter() : plot.getLatLng())) : [];
  const draw = () => {
    group.clearLayers();
    const taken = [];
    const points = centres.map((centre) => map.latLngToLayerPoint(centre));
    for (const feature of candidates) {
      const area = areaOf(map, feature, points, taken);
      if (!area) continue;
      taken.push(area);
      const icon = L.divIcon({ className: "", iconSize: [0, 0], html: label(feature) });
      L.marker(map.layerPointToLatLng(area.getCenter()), { icon, interactive: false, keyboard: false }).addTo(group);
    }
  };
  map.on("zoomend", draw);
  draw();
}

// The free rectangle for a name that lies over the fewest plots; nothing when the district is too small or there is no room.
function areaOf(map, { properties }, points, taken) {
  const middle = map.latLngToLayerPoint(properties.place.at);
  const metres = map.distance(properties.place.at, map.layerPointToLatLng(middle.add([100, 0]))) / 100;
  const radius = properties.place.radius / metres;
  const half = L.point(Math.min(WIDEST, Math.max(18, properties.label.length * LETTER)), LINE * (properties.label.length * 2 * LETTER > 2 * WIDEST ? 3 : 2));
  if (half.x > (properties.class >= 0 ? OVERHANG.kept : OVERHANG.none) * radius) return null;
  const areas = PLACES.map(([x, y]) => middle.add([x * radius, y * radius])).map((point) => L.bounds(point.subtract(half), point.add(half)));
  const free = areas.filter((area) => !taken.some((other) => other.intersects(area)));
  const covered = free.map((area) => points.filter((point) => area.contains(point)).length);
  return free[covered.indexOf(Math.min(...covered))];
}

function label({ properties }) {
  const box = document.createElement("span");
  box.className = properties.dark ? "label on-dark" : "label";
  box.append(properties.label);
  const value = document.createElement("b");
  value.textContent = properties.value;
  box.append(value);
  return box;
}
