/** Labels: the digits 0..9, NOT_A_DIGIT, and the texts of numbers. */

import { gettext } from "./i18n.js";

export const NOT_A_DIGIT = 10;

export const labelName = (label) => (label === NOT_A_DIGIT ? gettext("not a digit") : String(label));

/** The label of an answer. */
export const labelOf = (answer) => (answer.is_digit ? answer.digit : NOT_A_DIGIT);

const NUMBER = /^[+-]?\d+([.,:/-]\d+)*%?$/; // as the server has it
const LONGEST = 24;

/** The label that a text stands for; null if it is none. */
export function labelFor(text) {
  if (/^\d$/.test(text)) return Number(text);
  return NUMBER.test(text) && text.length <= LONGEST ? text : null;
}

/** The label of a drawing as the API sends it: a number has a text alone, one digit with signs, as -5, has both. */
export function labelOfDrawing({ label, label_text: text }) {
  const isWrittenOtherwise = text && label !== NOT_A_DIGIT && text !== String(label);
  return (isWrittenOtherwise ? text : label) ?? null;
}
