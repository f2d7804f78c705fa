// The start: search, filters and list of one address, beside the map. What htmx replaces is told, and the map follows.
import { suggest } from "./find/suggest.js";
import { shareButtons } from "./find/share.js";
import { linkMap } from "./find/map.js";
import { views } from "./find/views.js";

const page = document.querySelector("[data-find]");
const form = document.querySelector("#zoeken");
const words = document.querySelector("#q");
const told = document.querySelector("#melding");

suggest(words, document.querySelector("#voorstellen"), (address) => go(address));
views(page);
linkMap(page, searchAt);
shareButtons(document);
locateMe(document.querySelector("#hier"));

// Fetch another address as htmx does for the form, so that list, chips and address bar follow.
function go(address) {
  page.dispatchEvent(new CustomEvent("find:leave"));
  return window.htmx.ajax("GET", address, { source: page, target: "#resultaat", swap: "outerHTML" });
}

// Around a point: what was typed counts no more.
function searchAt([lon, lat]) {
  words.value = "";
  const asked = new URLSearchParams(new FormData(form));
  for (const key of ["q", "voor", "bij"]) asked.delete(key);
  asked.set("bij", `${lon.toFixed(6)},${lat.toFixed(6)}`);
  return go(`/?${asked}`);
}

document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "resultaat" && event.target.id !== "resultaat") return;
  const result = document.querySelector("#resultaat");
  const heading = result.querySelector("h2, strong");
  document.querySelector("#verteld").textContent = page.dataset.announce.replace("#", heading?.innerText ?? "");
  told.hidden = true;
  shareButtons(result);
  page.dispatchEvent(new CustomEvent("find:found"));
});

function locateMe(button) {
  if (!navigator.geolocation) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => searchAt([coords.longitude, coords.latitude]),
      (error) => {
        told.textContent = error.code === error.PERMISSION_DENIED ? button.dataset.refused : button.dataset.failed;
        told.hidden = false;
        words.focus();
      },
      { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 },
    );
  });
}
