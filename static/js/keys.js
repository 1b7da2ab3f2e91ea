/** Keyboard shortcuts of the studio, of a drawing's page and of the review page. */

export const TYPING = 'input:not([type="range"]), textarea, select, [contenteditable]';
const PRESSES = "a, button, summary, label";
const BRUSH = { "[": { name: "thinner" }, "]": { name: "thicker" } };
const LETTERS = {
  n: { name: "number" },
  p: { name: "play" },
  r: { name: "right" },
  s: { name: "skip" },
  u: { name: "take-back" },
  v: { name: "switch-picture" },
};

/** The name of the action for a key and its argument, or null if there is none. */
export function actionOf({ key, ctrlKey, metaKey, shiftKey, altKey, target }) {
  if (target.closest?.(TYPING)) return null;
  if (BRUSH[key] && !metaKey && (altKey || !ctrlKey)) return BRUSH[key]; // some keyboards need Alt for it
  if (altKey) return null;
  const letter = key.toLowerCase();
  if (ctrlKey || metaKey) return chord(letter, shiftKey);
  if (key === "Enter") return target.closest?.(PRESSES) ? null : { name: "enter" };
  if (key === "Escape") return { name: "clear" };
  if (/^[0-9]$/.test(key)) return { name: "label", label: Number(key) };
  if (key === "-") return { name: "label", label: 10 };
  return LETTERS[letter] ?? null;
}

function chord(letter, shiftKey) {
  if (letter === "z") return { name: shiftKey ? "redo" : "undo" };
  if (letter === "y") return { name: "redo" };
  return null;
}

const REPEATED = ["undo", "redo", "thinner", "thicker"];

/** Runs `actions[name](label)`. If there is none or it returns false, the browser handles the key. */
export function listenForKeys(actions) {
  document.addEventListener("keydown", (event) => {
    // Enter saves and then focuses "Right". Held down, it must not press that as well.
    if (event.repeat && event.key === "Enter") event.preventDefault();
    if (event.defaultPrevented || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    const action = actionOf(event);
    if (!action || (event.repeat && !REPEATED.includes(action.name))) return;
    const act = actions[action.name];
    if (act && act(action.label) !== false) event.preventDefault();
  });
}
