// What somebody fills in stays in this browser until it is sent, so that a closed tab loses nothing. Name and address are never kept:
// the next person on this computer must not find them. Without scripts the form works the same, and keeps nothing.
const PREFIX = "zb-concept:";
const LIVES_MS = 30 * 24 * 3600 * 1000;
const NEVER_KEPT = ["naam", "email", "akkoord", "sleutel", "groen", "schets", "plek", "initiatief"];

const form = document.querySelector("form[data-draft]");
if (form) keepDraft(form);
else forgetSent();
for (const part of document.querySelectorAll("[data-when]")) showWhen(part);
const byItself = document.querySelector("form[data-by-itself]");
if (byItself) sendByItself(byItself);

function keepDraft(asked) {
  const key = PREFIX + asked.dataset.draft;
  const wipe = asked.querySelector("[data-draft-wipe]");
  forgetOld();
  if ("fresh" in asked.dataset && putBack(asked, read(key))) asked.querySelector("[data-draft-told]").hidden = false;
  wipe.hidden = !read(key);
  asked.querySelector("[data-draft-hint]").hidden = false;
  asked.addEventListener("input", () => {
    write(key, { at: Date.now(), fields: fieldsOf(asked) });
    wipe.hidden = false;
  });
  asked.addEventListener("submit", () => write(`${PREFIX}verstuurd`, { at: Date.now(), key }));
  wipe.addEventListener("click", () => {
    remove(key);
    location.reload();
  });
}

function fieldsOf(asked) {
  return [...new FormData(asked)].filter(([name]) => !NEVER_KEPT.includes(name));
}

function putBack(asked, kept) {
  if (!kept) return false;
  for (const field of asked.elements) {
    if (!field.name || NEVER_KEPT.includes(field.name)) continue;
    const values = kept.fields.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "checkbox") field.checked = values.includes(field.value);
    else if (field.type === "radio") field.checked = values.includes(field.value) || (field.checked && !offered(asked, field.name, values));
    else if (values.length && (field.type !== "date" || values[0] >= field.min)) field.value = values[0];
  }
  return true;
}

// An initiative that was chosen then may not be offered now.
function offered(asked, name, values) {
  return [...asked.elements].some((field) => field.name === name && values.includes(field.value));
}

// The page after sending shows no form: what was sent is no draft any more.
function forgetSent() {
  const sent = read(`${PREFIX}verstuurd`);
  if (sent) remove(sent.key);
  remove(`${PREFIX}verstuurd`);
}

function forgetOld() {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX) && !(read(key)?.at > Date.now() - LIVES_MS)) remove(key);
    }
  } catch {
    // without storage nothing was kept
  }
}

// Storage may be closed or full; then the form just keeps nothing.
function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // nothing is kept
  }
}

function remove(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // nothing was kept
  }
}

// A field that goes with one choice: data-when="name=value".
function showWhen(part) {
  const [name, value] = part.dataset.when.split("=");
  const asked = part.closest("form");
  const show = () => {
    part.hidden = asked.elements[name].value !== value;
  };
  asked.addEventListener("change", show);
  show();
}

// Who opened the mailed link need not press a button as well. A page that is only made ready in the background waits until it is seen.
function sendByItself(asked) {
  const send = () => {
    if (document.visibilityState !== "visible" || document.prerendering) return;
    document.removeEventListener("visibilitychange", send);
    asked.requestSubmit();
  };
  document.addEventListener("visibilitychange", send);
  send();
}
