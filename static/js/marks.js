/** Shows the digits of a number over the ink that they were read from. */

import { sure } from "./answer-panel.js";
import { contain, PAD_UNITS } from "./geometry.js";
import { fill, gettext } from "./i18n.js";

const SURE = 0.8; // less sure marks are dashed
const AROUND = 10; // pad units between the ink and the frame
const TARGET = 24; // CSS px; nothing narrower has to be tapped on
const FOOT = 1 / 3; // of the height: beside a digit's foot there may be a decimal point
export const UNREADABLE = "?";

export class Marks {
  #root;
  #ink;
  #open;
  #boxes = []; // in pad units

  /**
   * `root`: an element that lies over the paper and has its size. `open(index)`: opens a mark. Then
   * the frames are buttons for the keyboard and for screen readers; pointers reach the pad below.
   */
  constructor(root, ink, { open = null } = {}) {
    this.#root = root;
    this.#ink = ink;
    this.#open = open;
    if (open) root.addEventListener("click", ({ target }) => this.#press(target.closest("button")));
  }

  /** The marks of an answer; of any other answer than a number there are none. */
  show(marks = []) {
    this.#boxes = marks.map(({ box }) => this.#onPad(box));
    this.#root.replaceChildren(...marks.map((mark, i) => this.#frame(mark, i, marks.length)));
  }

  /** The index of the mark that a tap at a point opens, or -1. `unit`: pad units of a CSS px. */
  at({ x, y }, unit) {
    const least = (TARGET / 2) * unit;
    const around = this.#around;
    const distances = this.#boxes.map(([left, top, right, bottom]) => {
      if (y < top - around || y > bottom + around) return Infinity;
      const isFoot = y > bottom - (bottom - top) * FOOT;
      const reach = (right - left) / 2 + (isFoot ? 0 : around);
      const distance = Math.abs(x - (left + right) / 2);
      return distance <= Math.max(reach, least) ? distance : Infinity;
    });
    const nearest = Math.min(...distances);
    return nearest < Infinity ? distances.indexOf(nearest) : -1;
  }

  get hasFocus() {
    return this.#root.contains(document.activeElement);
  }

  /** The element of a mark. */
  frame(index) {
    return this.#root.children[index];
  }

  #press(button) {
    if (button) this.#open([...this.#root.children].indexOf(button));
  }

  /** Pad units between a pen's path, or a picture's ink, and the frame. */
  get #around() {
    return AROUND + Math.max(0, ...this.#ink.strokes.map(({ width }) => width)) / 2;
  }

  #frame(mark, index, count) {
    const [left, top, right, bottom] = this.#boxes[index];
    const around = this.#around;
    const frame = document.createElement(this.#open ? "button" : "span");
    const length = (units) => `${(units / PAD_UNITS) * 100}cqh`; // of the paper, whatever its width
    frame.className = "pad-mark";
    frame.style.setProperty("inset-inline-start", length(left - around));
    frame.style.setProperty("inset-block-start", length(top - around));
    frame.style.setProperty("inline-size", length(right - left + 2 * around));
    frame.style.setProperty("block-size", length(bottom - top + 2 * around));
    frame.toggleAttribute("data-corrected", Boolean(mark.isCorrected));
    frame.toggleAttribute("data-doubtful", mark.confidence < SURE || mark.text === UNREADABLE);
    if (this.#open) {
      frame.type = "button";
      frame.setAttribute("aria-haspopup", "dialog");
      const place = { place: index + 1, count, what: describe(mark) };
      frame.setAttribute("aria-label", fill(gettext("%(place)s of %(count)s: %(what)s"), place));
    }
    const name = document.createElement("b");
    name.textContent = mark.text;
    frame.append(name);
    return frame;
  }

  /** A box in pad units. Boxes of pictures are in pixels, from the picture's corner. */
  #onPad(box) {
    const { picture } = this.#ink;
    if (!picture) return box;
    const { width, height } = picture;
    const place = contain(width, height);
    const scale = place.width / width;
    return box.map((edge, i) => edge * scale + (i % 2 ? place.y : place.x));
  }
}

/** What a mark was read as: "7, 98% sure". */
export function describe({ text, confidence, isCorrected }) {
  if (isCorrected) return fill(gettext("%(text)s, corrected by you"), { text });
  if (text === UNREADABLE) return gettext("could not be read");
  return `${text}, ${sure(confidence, { aloud: true })}`;
}
