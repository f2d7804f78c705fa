// Where a name fits in an area: the longest straight line through its middle that stays inside.
const DIRECTIONS = 60;

export function longestLine(feature) {
  const middles = feature.getFlatInteriorPoints ? feature.getFlatInteriorPoints() : [];
  const edges = edgesOf(feature);
  let best = null;
  for (let at = 0; at + 1 < middles.length; at += 3) {
    for (let turn = 0; turn < DIRECTIONS; turn += 1) {
      const found = chord(middles[at], middles[at + 1], (turn * Math.PI) / DIRECTIONS, edges);
      if (found && found.length > (best?.length ?? 0)) best = found;
    }
  }
  return best;
}

function edgesOf(feature) {
  const flat = feature.getFlatCoordinates();
  const ends = feature.getEnds().flat();
  const edges = [];
  let start = 0;
  for (const end of ends) {
    for (let at = start; at + 3 < end; at += 2) edges.push([flat[at], flat[at + 1], flat[at + 2], flat[at + 3]]);
    start = end;
  }
  return edges;
}

// The part of a line through (x, y) between the nearest borders on both sides; read from left to right.
function chord(x, y, angle, edges) {
  const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
  let [before, after] = [-Infinity, Infinity];
  for (const [x0, y0, x1, y1] of edges) {
    const across = dx * (y1 - y0) - dy * (x1 - x0);
    if (Math.abs(across) < 1e-9) continue;
    const along = ((x0 - x) * (y1 - y0) - (y0 - y) * (x1 - x0)) / across;
    const share = ((x0 - x) * dy - (y0 - y) * dx) / across;
    if (share < 0 || share > 1) continue;
    if (along >= 0) after = Math.min(after, along);
    else before = Math.max(before, along);
  }
  const length = after - before;
  if (!Number.isFinite(length)) return null;
  const half = (before + after) / 2;
  const rising = angle > Math.PI / 2 ? angle - Math.PI : angle;
  return { middle: [x + dx * half, y + dy * half], length, angle: -rising };
}
