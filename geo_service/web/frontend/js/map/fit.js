// The districts as large as they can be without lying behind the open legend: room is made beside or above it, a little at a time.
const L = window.L;
const EDGE = 14;
const MOST_HIDDEN = 0.03;

// A part of the municipality opens where residents look after most; what lies around it is a step of the zoom away.
export function fit(map, districts, isPart) {
  const all = districts.getLayers();
  const kept = all.filter(({ feature }) => feature.properties.class >= 0 && !feature.properties.few);
  const wanted = isPart && kept.length ? kept : all;
  const bounds = L.featureGroup(wanted).getBounds();
  const paths = new Set(wanted.map((layer) => layer.getElement()));
  const legend = document.querySelector(".legend[open]");
  const show = (left, bottom) => map.fitBounds(bounds, { paddingTopLeft: [EDGE + left, EDGE], paddingBottomRight: [EDGE, EDGE + bottom], animate: false });
  show(0, 0);
  for (let part = 0.2; legend && part <= 1; part += 0.1) {
    if (hidden(legend, paths) <= MOST_HIDDEN) return;
    show(0, part * legend.offsetHeight);
    if (hidden(legend, paths) <= MOST_HIDDEN) return;
    show(part * legend.offsetWidth, 0);
  }
}

// How much of the legend lies over these paths, 0..1, by a grid of samples.
function hidden(legend, paths) {
  const { left, top, width, height } = legend.getBoundingClientRect();
  const places = [0.05, 0.23, 0.41, 0.59, 0.77, 0.95];
  const points = places.flatMap((x) => places.map((y) => [left + x * width, top + y * height]));
  const covered = points.filter(([x, y]) => document.elementsFromPoint(x, y).some((each) => paths.has(each)));
  return covered.length / points.length;
}
