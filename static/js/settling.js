/**
 * Which answer stands big while a stroke grows, so that it does not flicker between two near ones.
 *
 * The rule: what is shown stays until another label (0..9 or "not a digit") leads it by LEAD in
 * probability, or has been ahead in ENOUGH answers in a row. Once the pen rests there is one answer
 * to finished ink, and that is shown at once: it is the one that would be saved. Only the big digit
 * waits; every number shown is the newest, and the percentage beside it is that digit's own.
 */

import { labelOf, NOT_A_DIGIT } from "./labels.js";

const LEAD = 0.25;
const ENOUGH = 3;

/** The probability that an answer gives to a label; "not a digit" is one of eleven. */
export function shareOf(answer, label) {
  if (label === labelOf(answer)) return answer.confidence;
  if (label === NOT_A_DIGIT) return answer.not_a_digit;
  return answer.probabilities[label] * (1 - answer.not_a_digit);
}

export class Settling {
  #shown = null;
  #rival = null;
  #times = 0;

  /** The label to show, after one more answer. */
  settle(answer, { drawing }) {
    const ahead = labelOf(answer);
    if (!this.#waits(answer, ahead, drawing)) {
      this.#shown = ahead;
      this.#rival = null;
    }
    return this.#shown;
  }

  /** Empty paper: the next answer is shown at once. */
  forget() {
    this.#shown = null;
    this.#rival = null;
  }

  #waits(answer, ahead, drawing) {
    if (!drawing || this.#shown === null || ahead === this.#shown) return false;
    this.#times = ahead === this.#rival ? this.#times + 1 : 1;
    this.#rival = ahead;
    const lead = shareOf(answer, ahead) - shareOf(answer, this.#shown);
    return lead < LEAD && this.#times < ENOUGH;
  }
}
