/**
 * The small dialog at one digit of a number: correct it, join it with the next, split it.
 *
 * It closes with Escape, with Tab behind its last button or before its field, and with a press
 * elsewhere. With a key, the focus returns to where it was.
 */

import { fill, gettext } from "./i18n.js";
import { joined, strokesOf, typed } from "./mark-list.js";
import { describe, UNREADABLE } from "./marks.js";
import { allowOnlyNumbers } from "./number-input.js";

const GAP = 8; // CSS px between the digit's frame and the dialog

export class MarkEditor {
  #root;
  #read;
  #accept;
  #place; // {marks, from, count, frame}: what is edited, and the element beside it
  #before = null; // the element that had the focus
  #request = null;

  /**
   * `read(strokes, mode, {signal})`: asks for an answer to strokes by their numbers.
   * `accept(from, count, marks)`: takes the marks that replace some.
   */
  constructor(root, { read, accept }) {
    this.#root = root;
    this.#read = read;
    this.#accept = accept;
    this.#listen();
  }

  get isOpen() {
    return !this.#root.hidden;
  }

  /** Opens beside `frame()`, the element of the mark. */
  open(marks, index, frame) {
    if (!this.isOpen) this.#before = document.activeElement;
    this.#drop();
    this.#place = { marks, from: index, count: 1, frame };
    const [mark] = this.#edited;
    const isRead = mark.text !== UNREADABLE;
    const what = describe(mark);
    const isAnswer = isRead && !mark.isCorrected;
    this.#part("read").textContent = isAnswer ? fill(gettext("Read as %(what)s"), { what }) : what;
    this.#input.value = isRead ? mark.text : "";
    this.#part("join").disabled = index + 1 >= marks.length;
    this.#say("");
    this.#root.hidden = false;
    this.#lay();
    this.#input.focus({ preventScroll: true });
    this.#input.select();
  }

  close() {
    if (!this.isOpen) return;
    const { activeElement } = document;
    this.#drop();
    this.#root.hidden = true;
    if (!this.#root.contains(activeElement)) return;
    activeElement.blur(); // a hidden field would keep the focus for a moment
    this.#before?.focus({ preventScroll: true });
  }

  #listen() {
    const root = this.#root;
    root.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.#input.value.trim();
      if (text) this.#finish(typed(this.#edited, text));
    });
    root.addEventListener("keydown", (event) => {
      event.stopPropagation(); // the studio's own keys
      if (event.isComposing || !this.#isLeft(event)) return;
      event.preventDefault();
      this.close();
    });
    allowOnlyNumbers(this.#input);
    this.#part("join").addEventListener("click", () => this.#join());
    this.#part("split").addEventListener("click", () => this.#split());
    this.#part("close").addEventListener("click", () => this.close());
    for (const type of ["pointerdown", "focusin"]) {
      document.addEventListener(type, ({ target }) => root.contains(target) || this.close());
    }
    document.addEventListener("scroll", () => this.#lay(), true);
    window.addEventListener("resize", () => this.#lay());
  }

  #isLeft({ key, shiftKey, target }) {
    return key === "Escape" || (key === "Tab" && target === (shiftKey ? this.#input : this.#part("close")));
  }

  async #join() {
    const { marks, from } = this.#place;
    const both = marks.slice(from, from + 2);
    const answer = await this.#ask(strokesOf(both), "digit");
    if (answer === undefined) return;
    const [best] = answer?.top ?? [];
    if (!best) {
      this.#askFor(2, gettext("Type the digit that both are."));
      return;
    }
    const confidence = answer.class_probabilities[best.digit];
    this.#place.count = 2;
    this.#finish([joined(both, { text: String(best.digit), confidence })]);
  }

  async #split() {
    const [mark] = this.#edited;
    const answer = mark.strokes.length > 1 ? await this.#ask(mark.strokes, "number") : null;
    if (answer === undefined) return;
    const parts = answer?.marks ?? [];
    if (parts.length < 2) {
      this.#askFor(1, gettext("Type both digits."));
      return;
    }
    const strokes = (part) => part.strokes.map((number) => mark.strokes[number]);
    this.#finish(parts.map((part) => ({ ...part, strokes: strokes(part), isCorrected: true })));
  }

  /** The answer; null if there are no strokes or it failed; undefined if nobody waits any more. */
  async #ask(strokes, mode) {
    if (strokes.length === 0) return null;
    this.#drop();
    const request = new AbortController();
    this.#request = request;
    this.#root.setAttribute("aria-busy", "true");
    try {
      const answer = await this.#read(strokes, mode, { signal: request.signal });
      return this.#request === request ? answer : undefined;
    } catch (error) {
      return error.name === "AbortError" || this.#request !== request ? undefined : null;
    } finally {
      if (this.#request === request) this.#drop();
    }
  }

  /** Lets the person type what the server cannot tell. */
  #askFor(count, words) {
    this.#place.count = count;
    this.#say(words);
    this.#input.value = "";
    this.#input.focus({ preventScroll: true });
  }

  #finish(marks) {
    const { from, count } = this.#place;
    this.close();
    this.#accept(from, count, marks);
  }

  #drop() {
    this.#request?.abort();
    this.#request = null;
    this.#root.removeAttribute("aria-busy");
  }

  #say(words) {
    this.#part("hint").textContent = words;
    this.#lay();
  }

  /** Below the frame, or above it, or beside it where the window is too low. */
  #lay() {
    if (!this.isOpen) return;
    const root = this.#root;
    const area = root.parentElement.getBoundingClientRect();
    const frame = this.#place.frame().getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = root;
    const highest = document.querySelector(".site-header").offsetHeight;
    const below = frame.bottom + GAP;
    const above = frame.top - GAP - height;
    const lowest = innerHeight - height;
    const isBeside = below > lowest && above < highest;
    const top = below <= lowest ? below : isBeside ? Math.max(highest, lowest - GAP) : above;
    const left = isBeside ? frame.right + GAP : (frame.left + frame.right - width) / 2;
    root.style.left = `${Math.max(0, Math.min(left - area.left, area.width - width))}px`;
    root.style.top = `${top - area.top}px`;
  }

  get #edited() {
    const { marks, from, count } = this.#place;
    return marks.slice(from, from + count);
  }

  get #input() {
    return this.#part("input");
  }

  #part(name) {
    return this.#root.querySelector(`[data-mark-${name}]`);
  }
}
