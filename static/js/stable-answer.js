/**
 * Which answer stands big while a stroke grows, so that it does not flicker between two near ones.
 *
 * The rule: what is shown stays until another label (0..9 or "not a digit") leads it by MIN_LEAD in
 * probability, or has been ahead in MIN_STREAK answers in a row. Once the pen rests there is one answer
 * to finished ink, and that is shown at once: it is the one that would be saved. Only the big digit
 * waits; every number shown is the newest, and the percentage beside it is that digit's own.
 */

import { labelOf, NOT_A_DIGIT } from "./labels.js";

const MIN_LEAD = 0.25;
const MIN_STREAK = 3;

/** The probability that an answer gives to a label; "not a digit" is one of eleven. */
export function probabilityOf(answer, label) {
  if (label === labelOf(answer)) return answer.confidence;
  if (label === NOT_A_DIGIT) return answer.not_a_digit;
  return answer.probabilities[label] * (1 - answer.not_a_digit);
}

export class StableAnswer {
  #shown = null;
  #challenger = null;
  #streak = 0;

  /** The label to show, after one more answer. */
  stabilize(answer, { drawing }) {
    const ahead = labelOf(answer);
    if (!this.#holdsBack(answer, ahead, drawing)) {
      this.#shown = ahead;
      this.#challenger = null;
    }
    return this.#shown;
  }

  /** Empty paper: the next answer is shown at once. */
  reset() {
    this.#shown = null;
    this.#challenger = null;
  }

  #holdsBack(answer, ahead, drawing) {
    if (!drawing || this.#shown === null || ahead === this.#shown) return false;
    this.#streak = ahead === this.#challenger ? this.#streak + 1 : 1;
    this.#challenger = ahead;
    const lead = probabilityOf(answer, ahead) - probabilityOf(answer, this.#shown);
    return lead < MIN_LEAD && this.#streak < MIN_STREAK;
  }
}
