// List and map point at each other: what is tapped on the map is shown as a card, what is looked at in the list is lit on the map.
const CARDS = { plek: "/kaartje/plek/", groen: "/kaartje/groen/" };
const NEAR_ZOOM = 17;
const FAR_M = 60; // a smaller move is no new search

export function linkMap(page, searchAt) {
  const element = document.querySelector("#kaart");
  if (!element) return;
  const button = document.querySelector("#zoek-hier");
  const list = () => document.querySelector("#resultaat .plist");
  const key = (item) => {
    const [kind, id] = item.dataset.place.split(/\/(.*)/);
    return [kind, id];
  };
  const words = (item) => [item.querySelector("h3").innerText, [...item.querySelectorAll(".meta, .st")].map((part) => part.innerText.trim()).join(" · ")];
  const light = (item) => item && element.atlas?.highlight(...key(item), words(item));
  const chosen = () => list()?.querySelector("li.on");
  let expected = point(document.querySelector("#resultaat").dataset.center);

  const mark = (item) => {
    for (const each of list().children) each.classList.toggle("on", each === item);
    light(item);
  };

  element.addEventListener("atlas:ready", () => light(chosen()));
  light(chosen()); // the map may be there already
  element.addEventListener("atlas:select", async ({ detail: { kind, id } }) => {
    if (kind === "idee") return location.assign(`/initiatief/${id}`);
    if (!CARDS[kind]) return;
    const known = list() && [...list().children].find((item) => item.dataset.place === `${kind}/${id}`);
    const item = known ?? (await card(kind, id));
    if (!item || !list()) return;
    if (!known) list().prepend(item);
    mark(item);
    item.scrollIntoView({ block: "nearest", behavior: "instant" });
    document.querySelector("#verteld").textContent = item.innerText;
  });
  element.addEventListener("atlas:moved", ({ detail: { center, zoom } }) => {
    button.hidden = zoom < 14 || metres(center, expected) < FAR_M;
  });
  button.addEventListener("click", async () => {
    const middle = button.dataset.center ? point(button.dataset.center) : expected;
    button.hidden = true;
    expected = middle;
    await searchAt(middle);
  });
  element.addEventListener("atlas:moved", ({ detail: { center } }) => (button.dataset.center = center.join(",")));

  page.addEventListener("find:found", () => {
    const center = point(document.querySelector("#resultaat").dataset.center);
    button.hidden = true;
    if (!center) return;
    if (metres(center, expected) >= 1) element.atlas?.goTo(center, NEAR_ZOOM);
    expected = center;
    light(chosen());
  });
  const point_at = (event) => {
    const item = event.target.closest?.("#resultaat .plist > li");
    if (item) light(item);
  };
  page.addEventListener("mouseover", point_at);
  page.addEventListener("focusin", point_at);
  page.addEventListener("mouseout", (event) => event.target.closest?.(".plist") && !event.relatedTarget?.closest?.(".plist") && light(chosen()));
  page.addEventListener("click", (event) => {
    const item = event.target.closest?.("#resultaat .plist > li");
    if (!item || event.target.closest("a, button")) return;
    mark(item);
    element.atlas?.goTo(point(item.dataset.lonlat), NEAR_ZOOM);
  });
}

async function card(kind, id) {
  const answer = await fetch(CARDS[kind] + encodeURIComponent(id)).catch(() => null);
  if (!answer?.ok) return null;
  const made = document.createElement("template");
  made.innerHTML = (await answer.text()).trim();
  return made.content.firstElementChild;
}

const point = (text) => (text ? text.split(",").map(Number) : null);

function metres(a, b) {
  if (!a || !b) return Infinity;
  const east = (a[0] - b[0]) * 111320 * Math.cos((a[1] * Math.PI) / 180);
  return Math.hypot(east, (a[1] - b[1]) * 111320);
}
