/**
 * The model of the paper: strokes or one picture, with unlimited undo and redo. No DOM.
 *
 * A stroke is {points: [{x, y, t, p}], width, start}: pad units, milliseconds since the drawing's
 * first touch, pressure 0..1. Emits "extend" while a stroke is drawn, "change" after any other
 * change, "widen" when only the paper becomes wider, and "full" when a limit of the server is reached.
 */

import { distance, fit, flatten, PAD_UNITS, WIDEST, widthFor } from "./geometry.js";

const MAX_STROKES = 64;
const MAX_POINTS = 10_000;
const CLOSEST = 1; // pad units; points closer than this are dropped
const FLAT = 0.5; // pad units that the polyline sent may deviate from the curve shown

const NOTHING = Object.freeze({ strokes: Object.freeze([]), picture: null });

export class Ink extends EventTarget {
  #now = NOTHING;
  #past = [];
  #future = [];
  #active = null;
  #base = NOTHING; // the paper below the active stroke
  #slip = 0;
  #leastWidth = PAD_UNITS;

  /** Finished strokes and, last, the one being drawn. */
  get strokes() {
    return this.#active ? [...this.finished, this.#active] : this.finished;
  }

  get finished() {
    return this.#visible.strokes;
  }

  get active() {
    return this.#active;
  }

  /** The state of the paper: a new object after every change, null while a stroke is drawn. */
  get paper() {
    return this.#active ? null : this.#now;
  }

  get picture() {
    return this.#visible.picture;
  }

  get isBlank() {
    return this.strokes.length === 0 && this.picture === null;
  }

  /**
   * The width of the paper in pad units: PAD_UNITS for one digit, up to WIDEST for long numbers. While
   * a stroke is drawn it is that of the paper below it.
   */
  get width() {
    return Math.max(this.#leastWidth, widthFor(this.finished.map(({ points }) => points)));
  }

  get canWiden() {
    return !this.picture && this.width < WIDEST;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /**
   * Start a stroke at {x, y, t, p}, t in milliseconds of any clock. `slip`: a stroke that stays
   * within this distance is a dot. `fresh`: start on empty paper.
   */
  begin(point, { width, slip = 0, fresh = false }) {
    if (this.#active) return false;
    const onto = fresh || this.#now.picture ? NOTHING : this.#now;
    if (onto.strokes.length >= MAX_STROKES || count(onto.strokes) >= MAX_POINTS) {
      this.#emit("full");
      return false;
    }
    const start = onto.strokes[0]?.start ?? point.t;
    if (fresh) this.#leastWidth = PAD_UNITS;
    this.#base = onto;
    this.#slip = slip;
    this.#active = { points: [{ ...point, t: since(start, point.t) }], width, start };
    this.#emit("extend");
    return true;
  }

  extend(points) {
    const stroke = this.#active;
    if (!stroke) return;
    let room = MAX_POINTS - count(this.strokes);
    for (const point of points) {
      if (distance(point, stroke.points.at(-1)) < CLOSEST) continue;
      if (room <= 0) {
        if (!stroke.isCut) this.#emit("full");
        stroke.isCut = true;
        break;
      }
      stroke.points.push({ ...point, t: since(stroke.start, point.t) });
      room -= 1;
    }
    this.#emit("extend");
  }

  end() {
    if (!this.#active) return;
    this.#reduceTap(this.#active);
    const { strokes } = this;
    this.#active = null;
    this.#put({ strokes, picture: null });
  }

  /** Discard the stroke being drawn: it was a palm. */
  abandon() {
    if (!this.#active) return;
    this.#active = null;
    this.#emit("change");
  }

  clear() {
    this.end();
    if (!this.isBlank) this.#put(NOTHING);
  }

  /** Make room at the right, until the paper is blank again. */
  widen() {
    if (!this.canWiden) return;
    this.#leastWidth = this.width + PAD_UNITS;
    this.#emit("widen");
  }

  /** Show a picture instead of strokes. A stroke being drawn is ended first, so undo restores it. */
  show(picture) {
    this.end();
    this.#put({ strokes: [], picture });
  }

  /** Load saved strokes (lists of {x, y, t, p}), without undo history. */
  load(saved, width) {
    this.restore(fit(saved).map((points) => ({ points, width })));
  }

  /** Restore finished strokes of another page, without undo history. */
  restore(finished) {
    this.#past = [];
    this.#future = [];
    this.#active = null;
    this.#set({ strokes: asDrawnNow(finished), picture: null });
  }

  /** Restore finished strokes of another page after those shown. They can be undone one by one. */
  append(finished) {
    if (finished.length === 0) return;
    const shown = this.#now;
    const { length } = shown.strokes;
    const strokes = asDrawnNow([...shown.strokes, ...finished]);
    const steps = finished.map((_, index) => ({ strokes: strokes.slice(0, length + index), picture: null }));
    this.#past.push(shown, ...steps.slice(1));
    this.#future = [];
    this.#set({ strokes, picture: null });
  }

  undo() {
    this.#step(this.#past, this.#future);
  }

  redo() {
    this.#step(this.#future, this.#past);
  }

  /** Polylines of the curves shown: the server joins points by straight lines, the pad by curves. */
  toJSON() {
    const flattened = (tolerance) => this.strokes.map(({ points }) => flatten(points, tolerance));
    let tolerance = FLAT;
    let lines = flattened(tolerance);
    while (lines.flat().length > MAX_POINTS) {
      tolerance *= 4; // half as many added points
      lines = flattened(tolerance);
    }
    return lines;
  }

  get #visible() {
    return this.#active ? this.#base : this.#now;
  }

  /** A tap moves a little. As small ink is scaled up, the dot would become a line. */
  #reduceTap({ points }) {
    if (points.every((point) => distance(point, points[0]) < this.#slip)) points.length = 1;
  }

  #step(from, to) {
    if (this.#active || from.length === 0) return;
    to.push(this.#now);
    this.#set(from.pop());
  }

  #put(next) {
    this.#past.push(this.#now);
    this.#future = [];
    this.#set(next);
  }

  #set(paper) {
    this.#now = paper;
    if (paper.strokes.length === 0) this.#leastWidth = PAD_UNITS;
    this.#emit("change");
  }

  #emit(type) {
    this.dispatchEvent(new Event(type));
  }
}

/** Strokes of another page, whose clock was another one: the last point is of now. */
function asDrawnNow(strokes) {
  const last = strokes.flatMap(({ points }) => points).reduce((latest, { t }) => Math.max(latest, t ?? 0), 0);
  const start = performance.now() - last;
  for (const stroke of strokes) stroke.start = start;
  return strokes;
}

const count = (strokes) => strokes.reduce((sum, stroke) => sum + stroke.points.length, 0);
const since = (start, time) => Math.max(0, Math.round(time - start));
