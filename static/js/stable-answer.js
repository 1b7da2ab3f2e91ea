/**
 * Stabilizes the big digit while a stroke is drawn, so that it does not flicker (hysteresis).
 *
 * The shown label (0..9 or "not a digit") changes only to one that leads it by MIN_LEAD in
 * probability, or that was ahead in MIN_STREAK answers in a row. The answer to finished ink is shown
 * at once: it is the one that would be saved. All numbers shown are those of the newest answer.
 */

import { labelOf } from "./labels.js";

const MIN_LEAD = 0.25;
const MIN_STREAK = 3;

/** The probability of one of the eleven labels, "not a digit" included. */
export function probabilityOf(answer, label) {
  if (label === labelOf(answer)) return answer.confidence;
  return answer.class_probabilities[label];
}

export class StableAnswer {
  #shown = null;
  #challenger = null;
  #streak = 0;

  /** The label to show for a new answer. */
  stabilize(answer, { drawing }) {
    const ahead = labelOf(answer);
    if (!this.#holdsBack(answer, ahead, drawing)) {
      this.#shown = ahead;
      this.#challenger = null;
    }
    return this.#shown;
  }

  /** After empty paper the next answer is shown at once. */
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
