// Share an address the way the device does it, or copy it.
export function shareButtons(within) {
  for (const button of within.querySelectorAll("[data-share][hidden]")) {
    if (!navigator.share && !navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", () => share(button));
  }
}

async function share(button) {
  const url = new URL(button.dataset.share, location.href).href;
  try {
    if (navigator.share) return await navigator.share({ title: button.dataset.shareTitle, url });
    await navigator.clipboard.writeText(url);
    const before = button.firstChild.textContent;
    button.firstChild.textContent = button.dataset.copied;
    setTimeout(() => (button.firstChild.textContent = before), 3000);
  } catch (error) {
    if (error.name !== "AbortError") throw error; // somebody changed their mind
  }
}
