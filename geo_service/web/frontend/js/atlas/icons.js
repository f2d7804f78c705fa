// Round markers with the icon of a state, and the pin: drawn from the paths of the page's own icons.
import Icon from "ol/style/Icon.js";

const COLOURS = { vrij: "#1b5e37", gereserveerd: "#744800", aangevraagd: "#1d4791", geadopteerd: "#6b2763", idee: "#0b4f57", ink: "#18211c" };
const known = new Map();

export function marker(name, path, radius = 12, declutterMode = "obstacle") {
  return remembered(`${name}-${radius}-${declutterMode}`, () => {
    const size = radius * 2 + 4;
    const scale = (radius * 1.3) / 24;
    const inner = `<g transform="translate(${size / 2 - 12 * scale} ${size / 2 - 12 * scale}) scale(${scale})">${stroke(path, 2.6)}</g>`;
    const dot = `<circle cx="${size / 2}" cy="${size / 2}" r="${radius}" fill="${COLOURS[name]}" stroke="#fff" stroke-width="2.5"/>`;
    return new Icon({ src: svg(size, size, dot + inner), declutterMode });
  });
}

export function pin(path, colour = COLOURS.idee) {
  return remembered(`pin-${path}-${colour}`, () => {
    const shape = `<path d="M19 46C10 34 3 27 3 18a16 16 0 0 1 32 0c0 9-7 16-16 28z" fill="${colour}" stroke="#fff" stroke-width="2.5"/>`;
    const inner = `<g transform="translate(9 8) scale(.83)">${stroke(path, 2.6)}</g>`;
    return new Icon({ src: svg(38, 48, shape + inner), anchor: [0.5, 0.97], declutterMode: "none" });
  });
}

const stroke = (path, width) => `<path d="${path}" fill="none" stroke="#fff" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
const svg = (width, height, content) =>
  `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${content}</svg>`)}`;

function remembered(key, make) {
  if (!known.has(key)) known.set(key, make());
  return known.get(key);
}
