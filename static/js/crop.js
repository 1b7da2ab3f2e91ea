/** The dialog in which a part of a picture is chosen and turned. */

import { gettext } from "./i18n.js";
import { canReadBack, canvasOf, pictureOf, written } from "./picture-file.js";
import { toast } from "./toast.js";

const LEAST = 0.04; // of the picture's side
const STEP = 0.02;
const SHOWN = 1000; // px of the longer side
const WHOLE = { left: 0, top: 0, right: 1, bottom: 1 };
const KEYS = { ArrowLeft: ["x", -1], ArrowRight: ["x", 1], ArrowUp: ["y", -1], ArrowDown: ["y", 1] };
const SIDES = { x: ["left", "right"], y: ["top", "bottom"] };

/** Shows the dialog; resolves with the picture of the part, or with null. `file`: the whole picture. */
export async function cropped(dialog, file) {
  if (!canReadBack()) {
    toast(gettext("This browser's privacy settings do not let pictures be cropped here."), "warning");
    return null;
  }
  const bitmap = await createImageBitmap(file);
  const crop = new Crop(dialog, bitmap);
  try {
    return (await crop.chosen()) ? await pictureOf(...(await crop.part(file.name))) : null;
  } finally {
    crop.close();
    bitmap.close();
  }
}

/** The frame moved by a part of the picture's side; it stays within. */
export function moved(frame, axis, by) {
  const [start, end] = SIDES[axis];
  const step = Math.min(Math.max(by, -frame[start]), 1 - frame[end]);
  return { ...frame, [start]: frame[start] + step, [end]: frame[end] + step };
}

/** The frame with one side elsewhere; it keeps its least size. */
export function resized(frame, side, to) {
  const axis = SIDES.x.includes(side) ? SIDES.x : SIDES.y;
  const [start, end] = axis;
  const most = side === start ? frame[end] - LEAST : 1;
  const least = side === end ? frame[start] + LEAST : 0;
  return { ...frame, [side]: Math.min(Math.max(to, least), most) };
}

class Crop {
  #dialog;
  #bitmap;
  #turns = 0; // quarters clockwise
  #frame = WHOLE;
  #listening = new AbortController();

  constructor(dialog, bitmap) {
    this.#dialog = dialog;
    this.#bitmap = bitmap;
    const { signal } = this.#listening;
    for (const button of dialog.querySelectorAll("[data-crop-turn]")) {
      button.addEventListener("click", () => this.#turn(Number(button.dataset.cropTurn)), { signal });
    }
    const frame = this.#find("frame");
    frame.addEventListener("keydown", (event) => this.#key(event), { signal });
    frame.addEventListener("pointerdown", (event) => this.#drag(event), { signal });
  }

  /** Resolves when the dialog is closed: whether a part was chosen. */
  chosen() {
    this.#paint();
    this.#dialog.returnValue = "";
    this.#dialog.showModal();
    this.#find("frame").focus();
    return new Promise((resolve) => {
      const closed = () => resolve(this.#dialog.returnValue === "crop");
      this.#dialog.addEventListener("close", closed, { once: true });
    });
  }

  /** [canvas, file] of the part in the frame, in all its pixels. */
  async part(name) {
    const { left, top, right, bottom } = this.#frame;
    const [width, height] = this.#size;
    const canvas = canvasOf(Math.max(1, Math.round((right - left) * width)), Math.max(1, Math.round((bottom - top) * height)));
    const context = canvas.getContext("2d");
    context.translate(-Math.round(left * width), -Math.round(top * height));
    this.#draw(context, 1);
    return [canvas, await written(canvas, name)];
  }

  close() {
    this.#listening.abort();
  }

  #find(name) {
    return this.#dialog.querySelector(`[data-crop-${name}]`);
  }

  /** Width and height of the turned picture. */
  get #size() {
    const { width, height } = this.#bitmap;
    return this.#turns % 2 ? [height, width] : [width, height];
  }

  #turn(by) {
    const { left, top, right, bottom } = this.#frame;
    this.#turns = (this.#turns + by + 4) % 4;
    this.#frame =
      by > 0
        ? { left: 1 - bottom, top: left, right: 1 - top, bottom: right }
        : { left: top, top: 1 - right, right: bottom, bottom: 1 - left };
    this.#paint();
  }

  #draw(context, scale) {
    const { width, height } = this.#bitmap;
    const [turnedWidth, turnedHeight] = this.#size;
    context.imageSmoothingQuality = "high";
    context.translate((turnedWidth * scale) / 2, (turnedHeight * scale) / 2);
    context.rotate((this.#turns * Math.PI) / 2);
    context.drawImage(this.#bitmap, (-width * scale) / 2, (-height * scale) / 2, width * scale, height * scale);
  }

  #paint() {
    const canvas = this.#find("canvas");
    const [width, height] = this.#size;
    const scale = Math.min(1, SHOWN / Math.max(width, height));
    Object.assign(canvas, { width: Math.max(1, width * scale), height: Math.max(1, height * scale) });
    this.#find("sheet").style.setProperty("--ratio", width / height);
    this.#draw(canvas.getContext("2d"), scale);
    this.#place();
  }

  #place() {
    const { style } = this.#find("frame");
    const { left, top, right, bottom } = this.#frame;
    style.inset = `${top * 100}% ${(1 - right) * 100}% ${(1 - bottom) * 100}% ${left * 100}%`;
  }

  #key(event) {
    const [axis, direction] = KEYS[event.key] ?? [];
    if (!axis) return;
    event.preventDefault();
    const end = SIDES[axis][1];
    const frame = this.#frame;
    this.#frame = event.shiftKey ? resized(frame, end, frame[end] + direction * STEP) : moved(frame, axis, direction * STEP);
    this.#place();
  }

  #drag(event) {
    const { width, height } = this.#find("sheet").getBoundingClientRect();
    const sides = event.target.dataset.corner?.split(" ");
    const start = this.#frame;
    const frame = this.#find("frame");
    const dragging = new AbortController();
    const move = ({ clientX, clientY }) => {
      const by = { x: (clientX - event.clientX) / width, y: (clientY - event.clientY) / height };
      this.#frame = sides
        ? resized(resized(start, sides[0], start[sides[0]] + by.x), sides[1], start[sides[1]] + by.y)
        : moved(moved(start, "x", by.x), "y", by.y);
      this.#place();
    };
    frame.setPointerCapture(event.pointerId);
    frame.addEventListener("pointermove", move, { signal: dragging.signal });
    for (const end of ["pointerup", "pointercancel"]) {
      frame.addEventListener(end, () => dragging.abort(), { signal: dragging.signal });
    }
  }
}
