// On phones: the map or the list, one address. What is not shown is inert; focus goes to what is.
const PHONE = "(max-width: 720px)";

export function views(page) {
  const phone = window.matchMedia(PHONE);
  const map = document.querySelector("#kaartvlak");
  const sheet = page.querySelector(".sheet");
  const asList = () => document.body.classList.contains("lijst");
  const fit = () => {
    map.inert = phone.matches && asList();
    page.style.setProperty("--sheet", `${sheet.offsetHeight}px`);
  };

  document.body.addEventListener("click", (event) => {
    const link = event.target.closest("[data-view]");
    if (!link || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    document.body.classList.toggle("lijst", link.dataset.view === "lijst");
    history.replaceState(history.state, "", link.href);
    remember(asList());
    fit();
    window.scrollTo(0, 0);
    page.querySelector(asList() ? ".naar-kaart" : ".naar-lijst").focus({ preventScroll: true });
    page.dispatchEvent(new CustomEvent("find:view"));
  });
  page.addEventListener("find:found", fit);
  new ResizeObserver(fit).observe(sheet);
  phone.addEventListener("change", fit);
  fit();
}

// The next search keeps the view.
function remember(list) {
  const where = document.querySelector("#waar");
  where.querySelector("[name=weergave]")?.remove();
  if (list) where.insertAdjacentHTML("beforeend", '<input type="hidden" name="weergave" value="lijst">');
}
