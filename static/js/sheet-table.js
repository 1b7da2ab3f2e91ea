/** The cells of a page's table: which one a key leads to, and the table as text. */

import { placeOf } from "./sheet-picture.js";

const STEPS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};
const NUMBER = /^[+-]?\d+([.,]\d+)?$/;
const FORMULA = /^[=+\-@\t\r]/;

/**
 * The cell that an arrow or Enter leads to; undefined at the edge; null if the key moves the caret
 * or does something else. `cellAt(place)` finds a cell. Lines differ in length: a shorter one is
 * entered at its end.
 */
export function neighbor({ key, shiftKey }, input, cellAt) {
  if (key === "Enter") return vertical(input, shiftKey ? -1 : 1, cellAt);
  const step = shiftKey ? null : STEPS[key];
  if (!step) return null;
  if (step[0]) return vertical(input, step[0], cellAt);
  if (!leaves(input, step[1])) return null;
  const [row, column] = placeOf(input);
  return cellAt([row, column + step[1]]) ?? undefined;
}

function vertical(input, step, cellAt) {
  const [row, column] = placeOf(input);
  for (let at = column; at >= 0; at--) {
    const found = cellAt([row + step, at]);
    if (found) return found;
  }
  return undefined;
}

/** Whether the caret is at that end of the text, or all of it is selected. */
function leaves({ selectionStart, selectionEnd, value }, step) {
  const isAll = selectionStart === 0 && selectionEnd === value.length;
  return isAll || (selectionStart === selectionEnd && selectionEnd === (step < 0 ? 0 : value.length));
}

/** The texts with tabs and line ends, as spreadsheets paste them; none is pasted as a formula. */
export function tabSeparated(inputs) {
  const rows = [];
  for (const input of inputs) {
    const [row] = placeOf(input);
    rows[row] ??= [];
    rows[row].push(safe(input.value));
  }
  return rows.map((row) => row.join("\t")).join("\n");
}

function safe(text) {
  const line = text.replace(/\s/g, " ");
  return FORMULA.test(line) && !NUMBER.test(line) ? `'${line}` : line;
}
