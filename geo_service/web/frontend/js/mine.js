// A number with a button for less and one for more; without scripts it is the browser's own field.
for (const frame of document.querySelectorAll("[data-stepper]")) {
  const input = frame.querySelector("input");
  const button = (text, label, step) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", () => {
      step();
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    return made;
  };
  frame.prepend(button("−", frame.dataset.less, () => input.stepDown()));
  frame.append(button("+", frame.dataset.more, () => input.stepUp()));
  frame.classList.add("on");
}
