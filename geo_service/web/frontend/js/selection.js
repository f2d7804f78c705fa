// One district is chosen at a time: its row in the table and its shape on the framed map show it together.
let chosen = null;

const frame = () => document.querySelector(".map-frame iframe");
const rows = () => document.querySelectorAll("#tabel tbody tr[data-code]");

// Without scripts a name is a heading of its row; with them it is also a button.
export function linkTable() {
  for (const row of rows()) {
    const name = row.querySelector("th");
    const { code } = row.dataset;
    if (!code || name.querySelector("button") || !frame()) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "pick";
    button.append(...name.childNodes);
    button.addEventListener("click", () => {
      choose(chosen === code ? null : code);
      announceSelection(frame());
      if (chosen) frame().scrollIntoView({ block: "nearest" });
    });
    name.append(button);
  }
  choose(chosen);
}

export function announceSelection(map) {
  map.contentWindow.postMessage({ district: chosen }, location.origin);
}

function choose(code) {
  chosen = code;
  for (const row of rows()) {
    const isChosen = code !== null && row.dataset.code === code;
    row.classList.toggle("chosen", isChosen);
    row.querySelector("button")?.setAttribute("aria-pressed", isChosen);
  }
}

window.addEventListener("message", ({ origin, source, data }) => {
  if (origin === location.origin && source === frame()?.contentWindow) choose(data.district);
});
