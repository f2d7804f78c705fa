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
    fit();
    window.scrollTo(0, 0);
    page.querySelector(asList() ? ".naar-kaart" : ".naar-lijst").focus({ preventScroll: true });
    page.dispatchEvent(new CustomEvent("find:view"));
  });
  document.body.addEventListener("htmx:configRequest", ({ detail }) => stay(detail, asList()));
  page.addEventListener("find:found", fit);
  new ResizeObserver(fit).observe(sheet);
  phone.addEventListener("change", fit);
  fit();
}

// Whatever is asked next, by a chip, a filter or the form: its address keeps the view that is seen, not the one that the page came with.
function stay(asked, list) {
  const address = new URL(asked.path, location.href);
  address.searchParams.delete("weergave");
  asked.path = address.pathname + address.search;
  if (list) asked.parameters.weergave = "lijst";
  else delete asked.parameters.weergave;
}
