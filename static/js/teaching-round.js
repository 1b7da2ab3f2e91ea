/**
 * A round of teaching: which digits are asked, and what was drawn for each. No DOM.
 *
 * It is stored in the tab's sessionStorage, so that a reload goes on with it. The newest drawing is held
 * back until the next one is given, so that it can be taken back.
 */

import { tryStorage } from "./browser-storage.js";
import { randomKey } from "./random-key.js";

export const MANY = 10;
export const DIGITS = Array.from({ length: MANY }, (_, digit) => digit);

export class Round {
  #name;
  #asked;
  #given; // [{key, label, strokes, read, id, state, refusal}]; the last may be held

  /** The round that this tab has begun, or a new one. `user`: whose. */
  constructor(user) {
    this.#name = `teach:${user}`;
    const stored = tryStorage(() => JSON.parse(sessionStorage.getItem(this.#name)));
    if (stored) [this.#asked, this.#given] = [stored.asked, stored.given];
    else this.begin(DIGITS);
  }

  /** Begins a round that asks for these digits, each about equally often. */
  begin(digits) {
    const all = Array.from({ length: MANY }, (_, index) => digits[index % digits.length]);
    this.#asked = shuffled(all);
    this.#given = [];
    this.#store();
  }

  get given() {
    return this.#given;
  }

  /** The digit that is asked; undefined at the end. */
  get asked() {
    return this.#asked[this.#given.length];
  }

  get isOver() {
    return this.asked === undefined;
  }

  /** Ends the round before all digits are drawn. */
  stop() {
    this.#asked = this.#asked.slice(0, this.#given.length);
    this.#store();
  }

  /** Takes what was drawn for the asked digit. `read`: the digit that was read, null if none, undefined if it is not read yet. */
  give(strokes, read) {
    this.#given.push({ key: randomKey(), label: this.asked, strokes, read, isHeld: true });
    this.#store();
  }

  /** The drawing that can still be taken back, or null. */
  get held() {
    const last = this.#given.at(-1);
    return last?.isHeld ? last : null;
  }

  /** The held drawing is to be sent. Returns it, or null. */
  release() {
    const { held } = this;
    if (held) held.isHeld = false;
    this.#store();
    return held;
  }

  /** Asks for the digit of the held drawing again, and returns it. */
  takeBack() {
    const { held } = this;
    if (held) this.#given.pop();
    this.#store();
    return held;
  }

  /** Notes what the server says about a drawing, by its key. */
  note(key, facts) {
    const drawing = this.#given.find((each) => each.key === key);
    if (drawing) Object.assign(drawing, facts);
    this.#store();
  }

  /** The drawings that were read as something else, or as nothing. */
  get misread() {
    return this.#given.filter(({ label, read }) => read !== undefined && label !== read);
  }

  #store() {
    const text = JSON.stringify({ asked: this.#asked, given: this.#given });
    tryStorage(() => sessionStorage.setItem(this.#name, text));
  }
}

/** Fisher and Yates. */
function shuffled(digits) {
  const order = [...digits];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}
