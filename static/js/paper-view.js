/**
 * The view of the paper. For long numbers the paper is wider than the view: the view grows where the
 * window has room, and otherwise shows a part, with buttons to move along.
 *
 * Nothing moves under a pen: the size changes when a stroke has ended, to the right only. The view
 * moves on after a REST without a stroke.
 */

import { boxOf, PAD_UNITS } from "./geometry.js";

const REST = 700; // ms
const NEAR = 0.2; // of the view; ink so near its right edge moves the view on
const PLACE = 0.65; // of the view: where the end of the ink then is
const STEP = 0.6; // of the view: how far a button moves it

export class PaperView {
  #root;
  #pad;
  #view;
  #ink;
  #count = 0; // of strokes
  #timer = null;

  /** `root`: the element that lays out the pad, `[data-drop]`, and its tools. */
  constructor(root, ink) {
    this.#root = root;
    this.#pad = root.querySelector("[data-drop]");
    this.#view = root.querySelector("[data-view]");
    this.#ink = ink;
  }

  /** Listens before the pad does, so that the pad paints on paper that has its new size. */
  listen() {
    this.#ink.addEventListener("extend", () => clearTimeout(this.#timer));
    this.#ink.addEventListener("change", () => this.#changed());
    this.#ink.addEventListener("widen", () => {
      this.#resize();
      this.#follow();
    });
    this.#view.addEventListener("pointerdown", () => this.#halt(), true);
    this.#view.addEventListener("wheel", () => clearTimeout(this.#timer), { passive: true });
    this.#view.addEventListener("scroll", () => this.#showButtons());
    this.#button("back").addEventListener("click", () => this.#move(-STEP));
    this.#button("onward").addEventListener("click", () => this.#move(STEP));
    window.addEventListener("resize", () => this.#isWide && this.#fit());
  }

  #changed() {
    const count = this.#ink.strokes.length;
    const isStep = Math.abs(count - this.#count) === 1; // a stroke was drawn or undone
    this.#count = count;
    this.#resize();
    clearTimeout(this.#timer);
    if (isStep && this.#isWide) this.#timer = setTimeout(() => this.#follow(), REST);
  }

  get #isWide() {
    return this.#root.hasAttribute("data-wide");
  }

  #resize() {
    const papers = this.#ink.width / PAD_UNITS;
    if (papers === 1 && !this.#isWide) return;
    if (papers > 1 && !this.#isWide) this.#measure();
    this.#root.style.setProperty("--papers", papers);
    this.#root.toggleAttribute("data-wide", papers > 1);
    this.#showButtons();
  }

  /** Notes the place and the size that the pad has with normal paper. */
  #measure() {
    const [pad, all] = [this.#pad, this.#root].map((each) => each.getBoundingClientRect());
    this.#root.style.setProperty("--side", `${pad.height}px`);
    this.#root.style.setProperty("--start", `${pad.left - all.left}px`);
  }

  /** The window has another size. */
  #fit() {
    const share = this.#view.scrollLeft / this.#view.scrollWidth;
    this.#root.toggleAttribute("data-wide", false);
    this.#measure();
    this.#root.toggleAttribute("data-wide", true);
    this.#view.scrollLeft = share * this.#view.scrollWidth;
    this.#showButtons();
  }

  /** Moves the view on if the ink has reached its right edge, and back if there is no ink in it. */
  #follow() {
    const view = this.#view;
    const box = boxOf(this.#ink.strokes.flatMap(({ points }) => points));
    if (!box) return;
    const end = (box[2] / PAD_UNITS) * view.clientHeight - view.scrollLeft;
    const isSeen = end > 0 && end < view.clientWidth * (1 - NEAR);
    if (!isSeen) this.#scrollBy(end - view.clientWidth * PLACE);
  }

  #move(share) {
    clearTimeout(this.#timer); // somebody looks elsewhere
    this.#scrollBy(this.#view.clientWidth * share);
  }

  #scrollBy(left) {
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#view.scrollBy({ left, behavior: isStill ? "instant" : "smooth" });
  }

  /** A stroke must not begin on paper that is moving. */
  #halt() {
    this.#view.scrollTo({ left: this.#view.scrollLeft, behavior: "instant" });
  }

  #showButtons() {
    const { scrollLeft, clientWidth, scrollWidth } = this.#view;
    this.#button("back").hidden = scrollLeft < 1;
    this.#button("onward").hidden = scrollWidth - clientWidth - scrollLeft < 1;
    // What scrolls has to be reached by keyboard. Otherwise a click on the paper must not focus it.
    if (scrollWidth - clientWidth < 1) this.#view.removeAttribute("tabindex");
    else this.#view.tabIndex = 0;
  }

  #button(name) {
    return this.#pad.querySelector(`[data-${name}]`);
  }
}
