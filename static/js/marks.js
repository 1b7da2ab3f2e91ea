/** Shows the digits of a number over the ink that they were read from. */

import { contain, PAD_UNITS } from "./geometry.js";

const SURE = 0.9; // less sure marks are dashed
const AROUND = 12; // pad units between ink and frame
const UNREADABLE = "?";

/** `root`: an element that lies over the pad and has its size. */
export class Marks {
  #root;
  #ink;

  constructor(root, ink) {
    this.#root = root;
    this.#ink = ink;
  }

  /** The marks of an answer; of any other answer than a number there are none. */
  show({ marks = [] }) {
    this.#root.replaceChildren(...marks.map((mark) => this.#frame(mark)));
  }

  #frame({ text, box, confidence }) {
    const [left, top, right, bottom] = this.#onPad(box);
    const frame = document.createElement("span");
    const percent = (units) => `${(units / PAD_UNITS) * 100}%`;
    frame.className = "pad-mark";
    frame.style.setProperty("inset-inline-start", percent(left - AROUND));
    frame.style.setProperty("inset-block-start", percent(top - AROUND));
    frame.style.setProperty("inline-size", percent(right - left + 2 * AROUND));
    frame.style.setProperty("block-size", percent(bottom - top + 2 * AROUND));
    frame.toggleAttribute("data-doubtful", confidence < SURE || text === UNREADABLE);
    const name = document.createElement("b");
    name.textContent = text;
    frame.append(name);
    return frame;
  }

  /** A box in pad units. Boxes of pictures are in pixels, from the picture's corner. */
  #onPad(box) {
    const { picture } = this.#ink;
    if (!picture) return box;
    const { width, height } = picture.bitmap;
    const place = contain(width, height);
    const scale = place.width / width;
    return box.map((edge, i) => edge * scale + (i % 2 ? place.y : place.x));
  }
}
