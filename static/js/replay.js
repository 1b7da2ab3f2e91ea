/** Replays the strokes of a drawing. Nothing moves before somebody presses play. */

import { fill, gettext, number } from "./i18n.js";
import { pathOf, strokesAt } from "./strokes.js";

const SVG = "http://www.w3.org/2000/svg";
const TIP = 3; // radius of the pen's tip at medium pressure; the picture is 100 wide
const LONGEST_FRAME = 100; // ms; the replay does not jump after the tab was hidden
const COARSE = 5; // percent of the duration per key press, with reduced motion

export class Replay {
  #root;
  #svg;
  #strokes;
  #ink;
  #tip;
  #duration;
  #now;
  #speed = 1;
  #last = null; // time of the previous frame; null: paused

  /** `root`: the controls; `svg`: the drawing; `strokes`: their times start at 0. */
  constructor(root, svg, strokes) {
    this.#root = root;
    this.#svg = svg;
    this.#strokes = strokes;
    this.#duration = strokes.at(-1).at(-1).t;
    this.#now = this.#duration;
    this.#ink = svg.appendChild(document.createElementNS(SVG, "path"));
    this.#tip = svg.appendChild(document.createElementNS(SVG, "circle"));
    this.#tip.classList.add("replay-tip");
  }

  listen() {
    this.#find("play").addEventListener("click", () => this.toggle());
    this.#find("moment").addEventListener("input", ({ target }) => {
      this.pause();
      this.#show((target.value / 100) * this.#duration);
    });
    for (const button of this.#speeds) button.addEventListener("click", () => this.#choose(button));
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    still.addEventListener("change", () => this.#keepStill(still.matches));
    this.#keepStill(still.matches);
    this.#root.hidden = false;
    this.#show(this.#now);
  }

  get isPlaying() {
    return this.#last !== null;
  }

  toggle() {
    if (this.#find("play").hidden) return;
    if (this.isPlaying) this.pause();
    else this.#play();
  }

  pause() {
    this.#last = null;
    this.#sayWhatPlayDoes();
  }

  #play() {
    if (this.#now >= this.#duration) this.#show(0);
    this.#last = performance.now();
    this.#sayWhatPlayDoes();
    requestAnimationFrame((time) => this.#tick(time));
  }

  #tick(time) {
    if (!this.isPlaying) return;
    const passed = Math.min(Math.max(0, time - this.#last), LONGEST_FRAME);
    this.#last = time;
    this.#show(Math.min(this.#now + passed * this.#speed, this.#duration));
    if (this.#now < this.#duration) requestAnimationFrame((next) => this.#tick(next));
    else this.pause();
  }

  #show(moment) {
    this.#now = moment;
    const drawn = strokesAt(this.#strokes, moment);
    const isWhole = moment >= this.#duration;
    this.#svg.toggleAttribute("data-replaying", !isWhole);
    this.#ink.setAttribute("d", isWhole ? "" : pathOf(drawn));
    this.#placeTip(drawn.at(-1)?.at(-1));
    this.#tell(drawn.length);
  }

  #placeTip({ x, y, p = 0.5 }) {
    this.#tip.setAttribute("cx", x);
    this.#tip.setAttribute("cy", y);
    this.#tip.setAttribute("r", TIP * (0.5 + p));
  }

  #tell(count) {
    const seconds = (time) => number(time / 1000, 1);
    const times = { now: seconds(this.#now), all: seconds(this.#duration) };
    const clock = this.#find("clock");
    clock.textContent = fill(gettext("%(now)s / %(all)s s"), times);
    const moment = this.#find("moment");
    moment.value = (this.#now / this.#duration) * 100;
    moment.setAttribute("aria-valuetext", `${clock.textContent} (${count}/${this.#strokes.length})`);
  }

  #choose(chosen) {
    this.#speed = Number(chosen.dataset.speed);
    for (const each of this.#speeds) each.setAttribute("aria-pressed", String(each === chosen));
  }

  #keepStill(still) {
    if (still) this.pause();
    this.#find("play").hidden = still;
    this.#root.querySelector(".replay-speeds").hidden = still;
    this.#find("moment").step = still ? COARSE : "any";
  }

  #sayWhatPlayDoes() {
    const play = this.#find("play");
    play.setAttribute("aria-label", this.isPlaying ? gettext("Pause") : gettext("Play"));
    play.toggleAttribute("data-playing", this.isPlaying);
  }

  get #speeds() {
    return [...this.#root.querySelectorAll("[data-speed]")];
  }

  #find(name) {
    return this.#root.querySelector(`[data-${name}]`);
  }
}
