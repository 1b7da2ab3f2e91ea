/** Shows the preprocessing steps from a drawing to the network input as captioned pictures. */

import { gettext } from "./i18n.js";

const CAPTIONS = {
  picture: gettext("Grayscale"),
  ink: gettext("Ink found"),
  pen: gettext("Pen width"),
  box: "20 × 20",
  network_input: "28 × 28",
  directions: gettext("Pen directions"),
};
const COPY = 192; // px per side

/** `steps` as in the API; `copyTo(canvas)` copies the paper itself. */
export async function showSteps(list, steps, copyTo) {
  const pictures = await Promise.all(steps.map(({ picture }) => loaded(picture)));
  const tiles = steps.map((step, i) => tile(pictures[i], CAPTIONS[step.name], step));
  list.replaceChildren(tile(copy(copyTo), gettext("Drawing area")), ...tiles);
}

/** Decodes the picture before it is shown, so that no tile is empty for a moment. */
async function loaded(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}

function copy(copyTo) {
  const canvas = document.createElement("canvas");
  canvas.width = COPY;
  canvas.height = COPY;
  copyTo(canvas);
  return canvas;
}

function tile(picture, caption, step = null) {
  const item = document.createElement("li");
  const frame = document.createElement("div");
  const words = document.createElement("span");
  frame.className = step ? "step-picture" : "step-picture step-paper";
  words.textContent = caption;
  if (picture instanceof Image) picture.alt = "";
  frame.append(picture);
  item.append(frame, words);
  if (step) outline(frame, step);
  return item;
}

/** Marks the ink's bounding box on the picture, unless it is the whole picture. */
function outline(frame, { name, width, height, box }) {
  const side = Math.max(width, height);
  const share = name === "box" ? side / 20 : 1; // the frame is always 20 pixels wide
  frame.style.setProperty("--wide", `${(width / side) * share * 100}%`);
  frame.style.setProperty("--high", `${(height / side) * share * 100}%`);
  if (!box || name === "box") return;
  const mark = document.createElement("i");
  const [left, top, right, bottom] = box;
  const [x, y] = [(side - width) / 2, (side - height) / 2];
  const place = { left: left + x, top: top + y, width: right - left, height: bottom - top };
  for (const [property, value] of Object.entries(place)) mark.style[property] = `${(value / side) * 100}%`;
  frame.append(mark);
}
