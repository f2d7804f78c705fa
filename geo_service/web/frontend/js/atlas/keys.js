// The map by keyboard: arrows move it and plus and minus zoom (OpenLayers does that once it has focus); Enter acts in the crosshair,
// Backspace takes a step back, Escape leaves the map. Tab always goes on.
import { middleOf } from "./pick.js";

export function keys(map, target, { act, undo, finish }) {
  target.addEventListener("keydown", (event) => {
    if (event.target !== target || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") act(middleOf(map), event.shiftKey);
    else if (event.key === "Backspace") undo();
    else if (event.key === "Escape") leave(target);
    else if (event.key === " ") finish();
    else return;
    event.preventDefault();
  });
}

// On to what follows the map, as Tab would.
function leave(target) {
  const all = [...document.querySelectorAll('a[href], button:not([disabled]), input, select, textarea, summary, [tabindex="0"]')];
  const after = all.slice(all.indexOf(target) + 1).find((each) => each.offsetParent !== null);
  (after ?? document.querySelector("main")).focus();
}
