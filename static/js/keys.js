/** Which key means what in the studio. */

const TYPING = 'input:not([type="range"]), textarea, select, [contenteditable]';
const PRESSES = "a, button, summary, label";

/** The name of the action that a key asks for, and its argument; null if the key is not ours. */
export function actionOf({ key, ctrlKey, metaKey, shiftKey, altKey, target }) {
  if (altKey || target.closest?.(TYPING)) return null;
  const letter = key.toLowerCase();
  if (ctrlKey || metaKey) return chord(letter, shiftKey);
  if (key === "Enter") return target.closest?.(PRESSES) ? null : { name: "enter" };
  if (key === "Escape") return { name: "clear" };
  if (key === "?") return { name: "help" };
  if (letter === "r") return { name: "right" };
  if (/^[0-9]$/.test(key)) return { name: "label", label: Number(key) };
  if (key === "-") return { name: "label", label: 10 };
  return null;
}

function chord(letter, shiftKey) {
  if (letter === "z") return { name: shiftKey ? "redo" : "undo" };
  if (letter === "y") return { name: "redo" };
  return null;
}

/** Runs `actions[name](label)`; the browser gets the key where that returns false. */
export function listenForKeys(actions) {
  document.addEventListener("keydown", (event) => {
    // Enter saves and moves to the "right" button: held down, it must not press that as well.
    if (event.repeat && event.key === "Enter") event.preventDefault();
    if (event.defaultPrevented || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    const action = actionOf(event);
    if (!action || (event.repeat && !["undo", "redo"].includes(action.name))) return;
    if (actions[action.name](action.label) !== false) event.preventDefault();
  });
}
