/** The eleven labels: the digits 0..9, and NOT_A_DIGIT. */

import { gettext } from "./i18n.js";

export const NOT_A_DIGIT = 10;

export const labelName = (label) => (label === NOT_A_DIGIT ? gettext("not a digit") : String(label));

/** The label of an answer. */
export const labelOf = (answer) => (answer.is_digit ? answer.digit : NOT_A_DIGIT);
