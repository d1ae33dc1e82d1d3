// Boxes of "What matters": a click sets the page to one, another leaves it.

const left = new WeakMap(); // of a button: the state in the box, and that before it
let now = () => "";

// Tells what a click does: `enter(changes)` returns the key of the state then, `leave(state)`.
export function watch(stateNow, keyNow, enter, leave) {
  now = keyNow;
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".to-box");
    if (!button) return;
    const known = left.get(button);
    if (known?.key === keyNow()) return leave(known.before);
    const before = stateNow();
    left.set(button, { before, key: enter(JSON.parse(button.dataset.set)) });
    changed();
  });
}

// The state has changed: the buttons of all other boxes lead into them again.
export function changed() {
  for (const button of document.querySelectorAll(".to-box"))
    button.textContent = left.get(button)?.key === now() ? "Leave this box" : "Set the page to this box";
}
