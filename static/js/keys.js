/**
 * Keyboard shortcuts of the studio, of a drawing's page and of the review page.
 *
 * A key counts by its character, in any script, and otherwise by its place on the keyboard: the row of
 * digits types other signs on a French keyboard, letters are Cyrillic on a Russian one, and a number
 * pad without NumLock moves the cursor.
 */

import { NOT_A_DIGIT } from "./labels.js";
import { isTyped } from "./typing.js";

// An open tab has nothing more to open, so Enter is free.
const PRESSES = 'a, button:not([role="tab"][aria-selected="true"]), summary, label';
const LETTERS = {
  n: { name: "number" },
  p: { name: "play" },
  r: { name: "right" },
  s: { name: "skip" },
  u: { name: "take-back" },
  v: { name: "switch-picture" },
};

/** The name of the action for a key and its argument, or null if there is none. */
export function actionOf(event) {
  const { key, ctrlKey, metaKey, shiftKey, altKey, target } = event;
  if (altKey || isTyped(event)) return null;
  if (ctrlKey || metaKey) return chord(letterOf(event), shiftKey);
  if (key === "Enter") return target.closest?.(PRESSES) ? null : { name: "enter" };
  if (key === "Escape") return { name: "clear" };
  const label = labelOfKey(event);
  return label === null ? (LETTERS[letterOf(event)] ?? null) : { name: "label", label };
}

function chord(letter, shiftKey) {
  if (letter === "z") return { name: shiftKey ? "redo" : "undo" };
  if (letter === "y") return { name: "redo" };
  return null;
}

/** A Latin letter as it is typed; of other scripts the letter at this place of an English keyboard. */
function letterOf({ key, code = "" }) {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  return /^Key[A-Z]$/.test(code) ? code.at(-1).toLowerCase() : "";
}

const DIGIT_KEY = /^(Digit|Numpad)([0-9])$/;

function labelOfKey({ key, code = "", shiftKey }) {
  if (/^\p{Nd}$/u.test(key)) return digitValue(key);
  const [, part, digit] = DIGIT_KEY.exec(code) ?? [];
  // With Shift the row types something else; the number pad without NumLock moves the cursor.
  if (digit && (part === "Numpad" || !shiftKey)) return Number(digit);
  return key === "-" || code === "NumpadSubtract" ? NOT_A_DIGIT : null;
}

/** The value of a digit of any script: Unicode has them in order, in groups of ten. */
function digitValue(digit) {
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(digit.codePointAt(0) - before - 1))) before += 1;
  return before % 10;
}

const REPEATED = ["undo", "redo"];

/** Runs `actions[name](label)`. If there is none or it returns false, the browser handles the key. */
export function listenForKeys(actions) {
  document.addEventListener("keydown", (event) => {
    // Enter saves, and the same button then says "New". Held down, it must not press that as well.
    if (event.repeat && event.key === "Enter") event.preventDefault();
    if (event.defaultPrevented || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    const action = actionOf(event);
    if (!action || (event.repeat && !REPEATED.includes(action.name))) return;
    const act = actions[action.name];
    if (act && act(action.label) !== false) event.preventDefault();
  });
}

/**
 * After a press with the pointer, a button does not stay focused, so Enter does what it does everywhere
 * on the page. A button that was reached by keyboard keeps the focus.
 */
export function leaveAfterClick(root) {
  root.addEventListener(
    "click",
    ({ target, detail }) => {
      const button = detail > 0 && target.closest('button:not([role="tab"])');
      if (button && !button.closest('[role="dialog"]')) button.blur();
    },
    true,
  );
}
