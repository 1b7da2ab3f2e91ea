/** Labels: the digits 0..9, NOT_A_DIGIT, and the texts of numbers. */

import { gettext } from "./i18n.js";

export const NOT_A_DIGIT = 10;

export const labelName = (label) => (label === NOT_A_DIGIT ? gettext("not a digit") : String(label));

/** The label of an answer. */
export const labelOf = (answer) => (answer.is_digit ? answer.digit : NOT_A_DIGIT);

const UNREADABLE = "?";

/** The label that a text stands for; null if it is none. */
export function labelFor(text) {
  if (!/\d/.test(text) || text.includes(UNREADABLE)) return null;
  return /^\d$/.test(text) ? Number(text) : text;
}
