// What is selected, in words, below it: never over it. The list says the same, so this is for eyes only.
import Overlay from "ol/Overlay.js";

const BELOW = [0, 12];

export function callout(map) {
  const box = document.createElement("div");
  box.className = "atlas-callout";
  box.setAttribute("aria-hidden", "true");
  const over = new Overlay({ element: box, positioning: "top-center", offset: BELOW, stopEvent: false });
  map.addOverlay(over);
  return (geometry, words) => {
    if (!geometry || !words) return over.setPosition(undefined);
    box.replaceChildren(...words.map((line, at) => Object.assign(document.createElement(at ? "span" : "b"), { textContent: line })));
    const [west, south, east] = geometry.getExtent();
    return over.setPosition([(west + east) / 2, south]);
  };
}
