// Suggestions while somebody types: a combobox with a list box (ARIA's pattern "editable combobox with list autocomplete").
// Focus stays in the field; arrows choose, Enter takes, Escape closes. Without a choice Enter sends the form.
const SHORTEST = 2;
const PAUSE_MS = 180;

export function suggest(field, list, take) {
  let asked = 0;
  let timer = null;
  const told = document.querySelector("#verteld");
  const options = () => [...list.querySelectorAll("[data-address]")];
  const current = () => list.querySelector('[aria-selected="true"]');

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");

  const close = () => {
    clearTimeout(timer);
    asked += 1;
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const choose = (option) => {
    current()?.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  };
  const pick = (option) => {
    field.value = option.dataset.words;
    close();
    take(option.dataset.address);
  };
  const ask = async () => {
    const mine = (asked += 1);
    const words = field.value.trim();
    if (words.length < SHORTEST) return close();
    const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(words)}`).catch(() => null);
    if (mine !== asked || !answer?.ok || document.activeElement !== field) return;
    list.innerHTML = await answer.text();
    field.removeAttribute("aria-activedescendant");
    list.hidden = !list.children.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    const count = options().length;
    told.textContent = count ? field.dataset.told.replace("#", count) : field.dataset.none;
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  field.addEventListener("keydown", (event) => {
    const all = options();
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden && all.length) {
      event.preventDefault();
      const at = all.indexOf(current());
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length]);
    } else if (event.key === "Enter") {
      const option = list.hidden ? null : current();
      if (option) {
        event.preventDefault();
        pick(option);
      } else close();
    }
  });
  field.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps focus in the field
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[data-address]");
    if (option) pick(option);
  });
}
