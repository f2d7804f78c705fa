import htmx from "htmx.org";
import "./asking.js";
import "./mine.js";
import { announceSelection, linkTable } from "./selection.js";

// The time bar: another day is fetched as a page, and only what depends on the day is replaced. Without JS the bar is a form.
const bar = document.querySelector("[data-time]");
if (bar) timeBar(bar);
linkTable();
window.htmx = htmx; // for other scripts of our pages

function timeBar(form) {
  const slider = form.querySelector("input[type=range]");
  const told = form.querySelector("output");
  const play = form.querySelector("[data-play]");
  const submit = form.querySelector("[data-submit]");
  const months = new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const first = new Date(`${form.dataset.first}T00:00:00Z`);
  let playing = null;

  const dayOf = (value) => {
    const day = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + Number(value), 1));
    return Number(value) === Number(slider.max) ? form.dataset.today : day.toISOString().slice(0, 10);
  };
  const tell = () => {
    told.value = months.format(new Date(`${dayOf(slider.value)}T00:00:00Z`));
    slider.setAttribute("aria-valuetext", told.value);
  };
  const show = () => {
    const url = new URL(location.href);
    url.searchParams.set("at", dayOf(slider.value));
    return replace(url);
  };
  const stop = () => {
    clearTimeout(playing);
    playing = null;
    play.querySelector("span").textContent = play.dataset.play;
  };
  const step = async () => {
    slider.value = Math.min(Number(slider.max), Number(slider.value) + 6);
    tell();
    await show();
    if (playing === null) return;
    if (slider.value === slider.max) stop();
    else playing = setTimeout(step, 900);
  };

  submit.hidden = true;
  play.hidden = false;
  slider.addEventListener("input", tell);
  slider.addEventListener("change", () => {
    stop();
    show();
  });
  play.addEventListener("click", () => {
    if (playing !== null) return stop();
    if (slider.value === slider.max) slider.value = slider.min;
    play.querySelector("span").textContent = play.dataset.stop;
    playing = setTimeout(step, 0);
  });
}

// Days may be asked faster than they are answered: only the newest one is shown.
let asked = 0;

async function replace(url) {
  const mine = ++asked;
  const answer = await fetch(url);
  const text = await answer.text();
  if (mine !== asked) return;
  if (!answer.ok) return location.assign(url);
  const page = new DOMParser().parseFromString(text, "text/html");
  for (const part of document.querySelectorAll("[data-day]")) {
    const fresh = page.getElementById(part.id);
    if (fresh) part.replaceWith(fresh);
  }
  document.title = page.title;
  linkTable();
  document.querySelector("#verteld").textContent = `${document.title}: ${document.querySelector("#cijfers").innerText}`;
  history.replaceState(null, "", url);
  await replaceMap(page.querySelector(".map-frame iframe"), () => mine === asked);
}

// The new map is loaded behind the old one, at the same view, and takes its place when it is drawn.
function replaceMap(fresh, isNewest) {
  const shown = () => [...document.querySelectorAll(".map-frame iframe")];
  const old = shown().at(-1);
  if (!old || !fresh) return null;
  return new Promise((done) => {
    const map = old.cloneNode(false);
    map.src = fresh.getAttribute("src") + (old.contentWindow?.location.hash ?? "");
    map.title = fresh.title;
    map.addEventListener("load", () => {
      const others = shown().filter((each) => each !== map);
      for (const each of isNewest() ? others : [map]) each.remove();
      if (isNewest()) announceSelection(map);
      done();
    }, { once: true });
    shown()[0].before(map);
  });
}

// What went wrong with a form is read first.
document.querySelector("[data-focus]")?.focus();

// A page with one button that whoever opened a mailed link would press anyway: press it, once.
document.querySelector("form[data-send]")?.requestSubmit();
