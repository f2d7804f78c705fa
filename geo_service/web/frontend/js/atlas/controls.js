// The buttons, the scale, the legend and the words around the map. They stand in the page; here they start to work.
import ScaleLine from "ol/control/ScaleLine.js";
import { onMap } from "./place.js";

const CLOSE = 18;

export function controls(map, element, { words, motion }) {
  const part = (name) => element.querySelector(`[data-atlas-${name}]`);
  const view = map.getView();
  const zoom = (step) => view.animate({ zoom: Math.round(view.getZoom()) + step, duration: motion });
  part("in")?.addEventListener("click", () => zoom(1));
  part("out")?.addEventListener("click", () => zoom(-1));
  const locate = part("locate");
  if (locate && !navigator.geolocation) locate.hidden = true;
  locate?.addEventListener("click", () => {
    announce(words.locating);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => view.animate({ center: onMap([coords.longitude, coords.latitude]), zoom: CLOSE, duration: motion }),
      () => announce(words.notLocated),
      { enableHighAccuracy: true, timeout: 10_000 },
    );
  });
  const scale = part("scale");
  if (scale) map.addControl(new ScaleLine({ target: scale, minWidth: 70, units: "metric" }));
  const legend = part("legend");
  if (legend && window.matchMedia("(max-width: 720px)").matches) legend.open = false;

  const told = part("told");
  function announce(text) {
    told.textContent = "";
    requestAnimationFrame(() => { told.textContent = text; }); // the same words again are read again
  }
  return { announce, fail: () => { part("failed").hidden = false; }, recover: () => { part("failed").hidden = true; } };
}
