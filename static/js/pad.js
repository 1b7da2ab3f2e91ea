/**
 * The canvas: pointers become ink, ink becomes pixels.
 *
 * Painting happens in the event handler, so that the ink appears in the same frame. Finished ink is
 * cached on a layer of its own; only the active stroke is drawn again.
 */

import { contain, PAD_UNITS, toPadUnits, trace } from "./geometry.js";

const SLIP = 4; // CSS px that a tap may move and still be a dot
const FINGER_SLIP = 10; // CSS px; of a tap on something, fingers are less exact
const TAP = 250; // ms; a longer press is no tap

export class Pad {
  #canvas;
  #context;
  #layer = document.createElement("canvas");
  #ink;
  #brush;
  #startsFresh;
  #penOnly;
  #tap;
  #width = PAD_UNITS; // of the paper; it does not change while a stroke is drawn
  #pointer = null; // {id, type} of the one that draws
  #held = null; // the press that may become a tap: {event, point, act, timer}

  /**
   * `brush`: the pen's width in CSS px; `startsFresh()`: whether the next stroke starts on
   * empty paper; `penOnly`: a toggle button, shown and pressed once a pen is used. While it is
   * pressed, touches do not draw. `tap(point, unit)`: what a tap does there instead of drawing, or
   * null; point and unit, that of a CSS px, in pad units.
   */
  constructor(canvas, ink, { brush, penOnly, startsFresh = () => false, tap = () => null }) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
    this.#ink = ink;
    this.#brush = brush;
    this.#penOnly = penOnly;
    this.#startsFresh = startsFresh;
    this.#tap = tap;
  }

  listen() {
    const canvas = this.#canvas;
    for (const type of ["pointerdown", "pointermove", "pointerup"]) {
      canvas.addEventListener(type, (event) => this.#notePen(event));
    }
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", (event) => this.#cancel(event));
    canvas.addEventListener("lostpointercapture", (event) => this.#up(event));
    canvas.addEventListener("contextmenu", (event) => this.#pointer && event.preventDefault());
    // iPadOS hands pencil strokes to Scribble unless touchmove is refused.
    canvas.addEventListener("touchmove", (event) => event.preventDefault(), { passive: false });
    this.#penOnly.addEventListener("click", () => this.#keepToPen(!this.#isPenOnly));
    this.#ink.addEventListener("extend", () => this.#paint());
    this.#ink.addEventListener("change", () => this.#changed());
    this.#ink.addEventListener("widen", () => this.#changed());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.repaint());
    this.#watchSize();
  }

  /** Redraws everything, after a change of size, of colors or of finished ink. */
  repaint() {
    const context = this.#prepare(this.#layer.getContext("2d"));
    const { picture } = this.#ink;
    if (picture) {
      const box = contain(picture.bitmap.width, picture.bitmap.height);
      context.fillStyle = "white"; // the server reads transparent pixels as white
      context.fillRect(box.x, box.y, box.width, box.height);
      context.drawImage(picture.bitmap, box.x, box.y, box.width, box.height);
    }
    for (const stroke of this.#ink.finished) drawStroke(context, stroke);
    this.#paint();
  }

  /** Draws a scaled copy of the pad into the middle of the given canvas. */
  copyTo(canvas) {
    const context = canvas.getContext("2d");
    const { width, height } = this.#canvas;
    const scale = Math.min(canvas.width / width, canvas.height / height);
    const [w, h] = [width * scale, height * scale];
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(this.#canvas, (canvas.width - w) / 2, (canvas.height - h) / 2, w, h);
  }

  #down(event) {
    if (event.pointerType === "pen" && this.#pointer?.type === "touch") this.#drop(); // the palm
    if (this.#pointer || event.button !== 0) return;
    if (event.pointerType === "touch" && this.#isPenOnly) return;
    this.#pointer = { id: event.pointerId, type: event.pointerType };
    this.#canvas.setPointerCapture(event.pointerId);
    const point = this.#point(event);
    const act = this.#tap(point, this.#unit);
    if (!act) {
      this.#begin(point);
      return;
    }
    event.preventDefault(); // no mouse events follow, which would take the focus from what opens
    const timer = setTimeout(() => this.#release(), TAP);
    this.#held = { event, point, act, timer };
  }

  #begin(point) {
    const unit = this.#unit;
    const how = { width: this.penWidth, slip: SLIP * unit, fresh: this.#startsFresh() };
    if (this.#ink.begin(point, how)) this.repaint(); // a stroke on fresh paper removes the old ink
    else this.#pointer = null;
  }

  /** The press is a stroke after all. */
  #release() {
    const { point } = this.#take();
    this.#begin(point);
  }

  #take() {
    const held = this.#held;
    clearTimeout(held?.timer);
    this.#held = null;
    return held;
  }

  #isStillTap({ clientX, clientY, pointerType }) {
    const { event } = this.#held;
    const slip = pointerType === "touch" ? FINGER_SLIP : SLIP;
    return Math.hypot(clientX - event.clientX, clientY - event.clientY) < slip;
  }

  #move(event) {
    if (event.pointerId !== this.#pointer?.id) return;
    if (!(event.buttons & 1)) {
      this.#up(event); // another button is still down, so no pointerup has come
      return;
    }
    if (this.#held && this.#isStillTap(event)) return;
    if (this.#held) this.#release();
    const events = event.getCoalescedEvents?.() ?? [];
    const rect = this.#canvas.getBoundingClientRect();
    this.#ink.extend((events.length ? events : [event]).map((each) => this.#point(each, rect)));
  }

  #up(event) {
    if (event.pointerId !== this.#pointer?.id) return;
    this.#pointer = null;
    const held = this.#take();
    if (!held) this.#ink.end();
    else if (event.type === "pointerup") held.act();
  }

  #cancel(event) {
    // The system cancels a touch that it recognizes as a palm. A pen's stroke is kept.
    if (event.pointerId === this.#pointer?.id && this.#pointer.type === "touch") this.#drop();
    else this.#up(event);
  }

  /** Once a pen is noticed, hovering included, touches do not draw unless somebody allows it. */
  #notePen({ pointerType }) {
    if (pointerType !== "pen" || !this.#penOnly.hidden) return;
    this.#penOnly.hidden = false;
    this.#keepToPen(true);
  }

  get #isPenOnly() {
    return this.#penOnly.getAttribute("aria-pressed") === "true";
  }

  #keepToPen(isPenOnly) {
    this.#penOnly.setAttribute("aria-pressed", String(isPenOnly));
  }

  #drop() {
    this.#pointer = null;
    this.#take();
    this.#ink.abandon();
  }

  #point(event, rect = this.#canvas.getBoundingClientRect()) {
    const p = Math.round(event.pressure * 1000) / 1000;
    return { ...toPadUnits(event.clientX, event.clientY, rect, this.#width), t: event.timeStamp, p };
  }

  /** The pen's width in pad units, for ink that was drawn elsewhere. */
  get penWidth() {
    return this.#brush * this.#unit;
  }

  /** Pad units of a CSS px. */
  get #unit() {
    return this.#width / this.#canvas.getBoundingClientRect().width;
  }

  #changed() {
    const { width } = this.#ink;
    const isSame = width === this.#width;
    this.#width = width;
    if (isSame || !this.#fit()) this.repaint();
  }

  #paint() {
    const context = this.#prepare(this.#context);
    context.drawImage(this.#layer, 0, 0, this.#width, PAD_UNITS);
    if (this.#ink.active) drawStroke(context, this.#ink.active);
  }

  /** A cleared context in pad units, with the current color of the ink. */
  #prepare(context) {
    const { width, height } = context.canvas;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.setTransform(width / this.#width, 0, 0, height / PAD_UNITS, 0, 0);
    context.lineCap = "round";
    context.lineJoin = "round";
    context.strokeStyle = getComputedStyle(this.#canvas).color;
    return context;
  }

  /** Watches the size and the pixel density: a rotated phone, zoom, another monitor. */
  #watchSize() {
    const observer = new ResizeObserver(() => this.#fit());
    try {
      observer.observe(this.#canvas, { box: "device-pixel-content-box" });
    } catch {
      observer.observe(this.#canvas); // Safari
    }
    window.addEventListener("resize", () => this.#fit());
  }

  /** Returns whether the size in pixels has changed; then everything was drawn again. */
  #fit() {
    const { clientWidth, clientHeight, width, height } = this.#canvas;
    const [wide, high] = [clientWidth, clientHeight].map((side) => Math.round(side * devicePixelRatio));
    if (wide === 0 || (wide === width && high === height)) return false;
    for (const canvas of [this.#canvas, this.#layer]) {
      canvas.width = wide;
      canvas.height = high;
    }
    this.repaint();
    return true;
  }
}

function drawStroke(context, stroke) {
  context.lineWidth = stroke.width;
  context.beginPath();
  trace(context, stroke.points);
  context.stroke();
}
