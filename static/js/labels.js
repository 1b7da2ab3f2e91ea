/** Labels: the digits 0..9, NOT_A_DIGIT, and numbers as text. */

import { gettext } from "./i18n.js";

export const NOT_A_DIGIT = 10;

export const labelName = (label) => (label === NOT_A_DIGIT ? gettext("not a digit") : String(label));

/** The label of an answer: a number that can be read is its text. */
export const labelOf = (answer) => {
  if (answer.is_digit) return answer.digit;
  return answer.text && !answer.text.includes("?") ? answer.text : NOT_A_DIGIT;
};

/** The label of a drawing as the API sends it. */
export const labelOfDrawing = ({ label, label_text: text }) => label ?? text;
