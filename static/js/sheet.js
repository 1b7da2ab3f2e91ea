/**
 * Edits the table of a page: moves between its cells, saves what is typed, and shows where in the
 * picture a cell is. It listens on the document, because the table appears while the page is open.
 */

import { patch } from "./api.js";
import { copied } from "./copy.js";
import { sayFailure } from "./failure.js";
import { gettext } from "./i18n.js";
import { placeOf, zoomed } from "./sheet-picture.js";
import { neighbor, tabSeparated } from "./sheet-table.js";
import { toast } from "./toast.js";

const sheet = () => document.querySelector("[data-sheet]");
const inputs = () => [...sheet().querySelectorAll("input[data-place]")];
const cellAt = (place) => sheet().querySelector(`input[data-place="${place}"]`);
const outlineOf = ({ dataset }) => sheet().querySelector(`path[data-place="${dataset.place}"]`);

let notSaved = null; // the message that says why
let saving = Promise.resolve(); // one request at a time: the last text of a cell is the one that stays
let waiting = 0; // saves that are not answered yet

function save(input) {
  input.removeAttribute("aria-invalid");
  waiting += 1;
  saving = saving.then(() => send(input, input.value));
}

async function send(input, text) {
  const [row, column] = placeOf(input);
  try {
    const cell = await patch(sheet().dataset.sheet, { row, column, text });
    if (input.value === text) show(input, cell);
    settle(input);
  } catch (error) {
    input.setAttribute("aria-invalid", "true");
    notSaved = sayFailure(error, gettext("The cell is not saved. %(reason)s"));
  }
  waiting -= 1;
}

/** The server has the cell as it is shown; an earlier save may have failed. */
function settle(input) {
  input.removeAttribute("aria-invalid");
  if (!unsaved().length) notSaved?.remove();
}

function show(input, cell) {
  input.value = input.defaultValue = cell.text;
  input.toggleAttribute("data-doubtful", cell.doubtful);
  input.toggleAttribute("data-corrected", cell.text !== cell.read);
  if (!cell.doubtful) input.removeAttribute("aria-describedby");
  outlineOf(input)?.toggleAttribute("data-doubtful", cell.doubtful);
  const { length } = inputs().filter(isDoubtful);
  sheet().querySelector("[data-sheet-count]").textContent = length;
  sheet().querySelector("[data-sheet-next]").hidden = !length;
  sheet().querySelector("[data-sheet-sure]").hidden = length > 0;
}

/** Cells that the server does not have as they are shown. */
const unsaved = () => inputs().filter((input) => input.getAttribute("aria-invalid") === "true");

function onLeave(event) {
  if (!sheet()) return;
  const { activeElement: focused } = document;
  const isTyped = inputs().includes(focused) && focused.value !== focused.defaultValue;
  if (isTyped || waiting || unsaved().length) event.preventDefault(); // the browser asks
}

const isDoubtful = (input) => input.hasAttribute("data-doubtful");

/** Saves a doubtful cell that was only looked at, or one again; a changed one is saved on "change". */
function accept(input) {
  const isUnsaved = input.getAttribute("aria-invalid") === "true";
  if (isUnsaved || (isDoubtful(input) && input.value === input.defaultValue)) save(input);
}

function focusNextDoubtful(from) {
  const all = inputs();
  const start = all.indexOf(from) + 1;
  [...all.slice(start), ...all.slice(0, start)].find((input) => isDoubtful(input) && input !== from)?.focus();
}

function onKey(event) {
  const input = event.target;
  if (!input.matches?.("[data-sheet] input[data-place]") || event.isComposing || event.altKey) return;
  if (event.key === "Escape") {
    input.value = input.defaultValue;
    settle(input);
    input.select();
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    accept(input);
    focusNextDoubtful(input);
  } else {
    const next = neighbor(event, input, cellAt);
    if (next === null) return;
    if (event.key === "Enter") accept(input);
    next?.focus();
    if (!next && event.key === "Enter") input.blur(); // the last row: saves it
  }
  event.preventDefault();
}

function onFocus({ target }) {
  if (!target.matches?.("[data-sheet] input[data-place]")) return;
  target.select();
  for (const old of sheet().querySelectorAll("path[data-current]")) old.removeAttribute("data-current");
  outlineOf(target)?.setAttribute("data-current", "");
  zoomed(sheet().querySelector("[data-sheet-picture]"), target);
}

async function copy() {
  if (await copied(tabSeparated(inputs()))) toast(gettext("The table is copied."), "success");
  else toast(gettext("The browser does not allow to copy here. Take the CSV file."), "error");
}

async function onClick(event) {
  const { target } = event;
  if (target.closest("[data-sheet-copy]")) copy();
  if (target.closest("[data-sheet-next]")) focusNextDoubtful(document.activeElement);
  if (target.matches("[data-sheet] path[data-place]")) cellAt(target.dataset.place).focus();
  const file = target.closest("[data-sheet-file]");
  if (!file) return;
  event.preventDefault(); // the file has what was typed last
  await saving;
  location.assign(file.href);
}

document.addEventListener("keydown", onKey);
document.addEventListener("focusin", onFocus);
document.addEventListener("click", onClick);
window.addEventListener("beforeunload", onLeave);
window.addEventListener("online", () => sheet() && unsaved().forEach(save));
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-sheet] input[data-place]")) save(target);
});
