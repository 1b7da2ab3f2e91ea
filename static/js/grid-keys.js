/** Keyboard shortcuts in the grid of drawings, and of its selection on the whole page. */

import { TYPING } from "./typing.js";

const LINK = "a[data-drawing]";
const ACROSS = { ArrowLeft: -1, ArrowRight: 1 };
const DOWN = { ArrowUp: -1, ArrowDown: 1 };

/** `actions`: `toggle(box, {range})`, `all()`, and `none()` and `remove()`, which return whether they act. */
export function listenForGridKeys(list, actions) {
  list.addEventListener("keydown", (event) => onGrid(list, event, actions));
  document.addEventListener("keydown", (event) => onPage(event, actions));
}

function onGrid(list, event, { toggle }) {
  const { key, shiftKey, target } = event;
  const item = target.closest("li");
  if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = item.querySelector('[type="checkbox"]');
  if (key === "x" || key === "X") toggle(box, { range: shiftKey });
  else if (key === "Enter" && target === box) item.querySelector(LINK).click();
  else if (key in ACROSS || key in DOWN) return void move(list, item, event);
  else return;
  event.preventDefault();
}

function move(list, item, event) {
  const items = [...list.children];
  const columns = items.filter((each) => each.offsetTop === items[0].offsetTop).length;
  const step = ACROSS[event.key] ?? DOWN[event.key] * columns;
  const next = items[items.indexOf(item) + step];
  if (!next || event.shiftKey) return;
  event.preventDefault();
  next.querySelector(event.target.matches("input") ? '[type="checkbox"]' : LINK).focus();
}

function onPage(event, { all, none, remove }) {
  const { key, ctrlKey, metaKey, altKey, shiftKey, target } = event;
  if (event.defaultPrevented || altKey || shiftKey) return;
  if (document.querySelector("dialog[open]") || isTyping(target)) return;
  const chord = ctrlKey || metaKey;
  if (chord && key === "a") all();
  else if (!chord && key === "Escape" && none()) return void event.preventDefault();
  else if (!chord && key === "Delete" && remove()) return void event.preventDefault();
  else return;
  event.preventDefault();
}

/** A checkbox is an input, but nothing is typed into it. */
const isTyping = (target) => target.matches?.(TYPING) && target.type !== "checkbox";
