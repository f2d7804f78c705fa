// /kies: what is drawn or chosen on the map is judged by the server while one works; the answer is a part of this page, and what it shows
// on the map. Without scripts the list and the same forms do it.
const PAUSE_MS = 250;
const DRAFT = "zelfbeheer-tekening";
const page = document.querySelector("[data-choose]");
const element = page?.querySelector(".atlas");
if (element?.atlas) begin(element.atlas);

function begin(atlas) {
  const place = page.querySelector("[data-decision-place]");
  const tools = page.querySelector("[data-tools]");
  const words = JSON.parse(page.dataset.words);
  const button = (name) => tools.querySelector(`[data-do="${name}"]`);
  let turn = 0;
  let due = 0;
  let asked = null;
  let latest = null;
  let asking = null;

  tools.hidden = false;
  const list = page.querySelector(".list-details");
  if (list) list.open = false;
  place.setAttribute("aria-live", "polite");
  element.addEventListener("atlas:drawn", ({ detail }) => {
    button("finish").hidden = !(detail.points >= 3);
    change(detail);
  });
  element.addEventListener("atlas:steps", ({ detail }) => {
    button("undo").disabled = !detail.undo;
    button("redo").hidden = !detail.redo;
  });
  for (const mode of tools.querySelectorAll("[data-mode]")) mode.addEventListener("click", () => switchTo(mode.dataset.mode));
  for (const act of tools.querySelectorAll("[data-do]")) act.addEventListener("click", () => atlas[act.dataset.do]());
  place.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-suggestion]")) return takeAlong(event);
    event.preventDefault(); // one tap: the suggestion becomes the drawing, and can be changed
    const shape = JSON.parse(event.target.elements.vorm.value);
    switchTo("draw", false);
    atlas.setShape(shape);
    atlas.announce(words.suggested);
    element.querySelector("[data-atlas-map]").focus({ preventScroll: true });
  });
  show();
  restore();

  function switchTo(name, ask = true) {
    for (const mode of tools.querySelectorAll("[data-mode]")) mode.setAttribute("aria-pressed", String(mode.dataset.mode === name));
    button("finish").hidden = true;
    atlas.setMode(name);
    if (ask && name === "draw" && !asked) atlas.showDecision(null);
  }

  // Every change: kept for a closed tab, in the address where it is short, and asked once one pauses.
  function change({ mode, geometry, ids }) {
    const now = geometry ? JSON.stringify(geometry) : ids.join(",");
    if (now === asked) return;
    asked = now;
    latest = { geometry, ids };
    remember(mode, geometry, ids);
    place.setAttribute("aria-busy", "true"); // what is told is about something else from now on
    clearTimeout(due);
    due = setTimeout(() => judge(geometry, ids), PAUSE_MS);
  }

  // Who goes on before the answer came goes on with what is on the map, and not with what the answer of before was about.
  function takeAlong(event) {
    if (!latest) return;
    if (!latest.geometry && !latest.ids.length) return event.preventDefault(); // nothing is left to go on with
    const form = event.target;
    for (const old of form.querySelectorAll("[name=groen], [name=vorm]")) old.remove();
    const put = (name, value) => form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    if (latest.geometry) put("vorm", JSON.stringify(latest.geometry));
    latest.ids.forEach((id) => put("groen", id));
  }

  async function judge(geometry, ids) {
    const now = ++turn;
    asking?.abort();
    asking = new AbortController();
    const form = new FormData();
    if (geometry) form.set("vorm", JSON.stringify(geometry));
    ids.forEach((id) => form.append("groen", id));
    const initiative = new URL(location.href).searchParams.get("initiatief");
    if (initiative) form.set("initiatief", initiative);
    try {
      const answer = geometry || ids.length ? await fetch("/kies/toets", { method: "POST", body: form, signal: asking.signal }) : null;
      const part = answer ? await answer.text() : "";
      if (now !== turn) return; // an older question: its answer is of no use
      if (answer && !answer.headers.get("content-type")?.startsWith("text/html")) throw new Error(answer.statusText);
      place.innerHTML = part || page.querySelector("[data-start]").innerHTML;
      show();
    } catch (error) {
      if (error.name !== "AbortError" && now === turn) atlas.announce(words.failed);
    } finally {
      if (now === turn) place.removeAttribute("aria-busy");
    }
  }

  function show() {
    const told = place.querySelector("[data-decision]")?.dataset.decision;
    atlas.showDecision(told ? JSON.parse(told) : null);
  }

  function remember(mode, geometry, ids) {
    const url = new URL(location.href);
    ["groen", "schets", "bewaard"].forEach((name) => url.searchParams.delete(name));
    if (mode === "choose") ids.forEach((id) => url.searchParams.append("groen", id));
    history.replaceState(null, "", url);
    try {
      if (geometry) localStorage.setItem(DRAFT, JSON.stringify(geometry));
      else if (mode === "draw") localStorage.removeItem(DRAFT);
    } catch { /* no room, or not allowed: the drawing only lives as long as this page */ }
  }

  // A drawing that was not finished is there again, unless the address says what to show.
  function restore() {
    const { searchParams } = new URL(location.href);
    let draft = null;
    try {
      draft = JSON.parse(localStorage.getItem(DRAFT));
    } catch { /* not ours, or not allowed */ }
    if (!draft || searchParams.has("groen") || searchParams.has("schets") || searchParams.has("bij")) return;
    switchTo("draw", false);
    atlas.setShape(draft);
    atlas.fit(draft);
    atlas.announce(words.drawn);
  }
}
