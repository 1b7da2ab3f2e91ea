/** An answer as a picture to share: the ink, the answer, how sure it is, and the site's name. Nothing else. */

import { PAD_UNITS } from "./geometry.js";
import { gettext } from "./i18n.js";
import { canReadBack, canvasOf } from "./picture-file.js";
import { toast } from "./toast.js";

const [WIDTH, HEIGHT, MARGIN, GAP] = [1200, 630, 60, 50]; // px
const WIDE = 1.6; // times as wide as high; such ink stands above the answer
const COLORS = { back: "#f7f8f9", paper: "#ffffff", line: "#e2e4e9", ink: "#15171c", text: "#191c22", muted: "#5a616d" };

/** Shares what is on the pad. `answer`: the element of the answer. */
export function sharePad({ pad, ink, answer }) {
  const canvas = canvasOf(ink.width, PAD_UNITS);
  pad.copyTo(canvas);
  if (!ink.picture) paint(canvas); // on the screen it is light in a dark theme
  const find = (name) => answer.querySelector(`[data-${name}]`).textContent;
  return share({ ink: canvas, text: find("digit"), words: find("message") });
}

/** Shares a saved drawing. `button`: with the answer in `data-text` and `data-words`. */
export function shareDrawing(button, drawing) {
  const { text, words } = button.dataset;
  return share({ ink: drawing.matches("img") ? drawing : traced(drawing), text, words });
}

async function share(answer) {
  if (!canReadBack()) {
    toast(gettext("This browser's privacy settings do not let pictures be made here."), "warning");
    return;
  }
  const canvas = card(answer);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  const file = new File([blob], "digit-studio.png", { type: blob.type });
  if (!navigator.canShare?.({ files: [file] })) {
    download(file);
    return;
  }
  try {
    await navigator.share({ files: [file] });
  } catch (error) {
    if (error.name !== "AbortError") download(file); // else the person closed it
  }
}

function download(file) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function card({ ink, text, words }) {
  const canvas = canvasOf(WIDTH, HEIGHT);
  const context = canvas.getContext("2d");
  context.fillStyle = COLORS.back;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  const [width, height] = [ink.naturalWidth ?? ink.width, ink.naturalHeight ?? ink.height];
  const isWide = width / height > WIDE;
  const side = HEIGHT - 2 * MARGIN;
  const paper = isWide ? { width: WIDTH - 2 * MARGIN, height: 260 } : { width: side, height: side };
  context.fillStyle = COLORS.paper;
  context.strokeStyle = COLORS.line;
  context.lineWidth = 2;
  context.beginPath();
  context.roundRect(MARGIN, MARGIN, paper.width, paper.height, 20);
  context.fill();
  context.stroke();
  const scale = Math.min(paper.width / width, paper.height / height) * 0.96;
  const [w, h] = [width * scale, height * scale];
  context.drawImage(ink, MARGIN + (paper.width - w) / 2, MARGIN + (paper.height - h) / 2, w, h);
  const left = isWide ? MARGIN : MARGIN + paper.width + GAP;
  const top = isWide ? MARGIN + paper.height : MARGIN;
  const room = WIDTH - MARGIN - left;
  write(context, text, { left, room, size: isWide ? 130 : 260, bottom: top + (isWide ? 145 : 250), weight: 600 });
  write(context, words, { left, room, size: 46, bottom: top + (isWide ? 210 : 340) });
  const site = { left: isWide ? WIDTH - MARGIN : left, align: isWide ? "right" : "left", color: COLORS.muted };
  write(context, document.querySelector(".brand-name").textContent, { ...site, room, size: 32, bottom: HEIGHT - MARGIN, weight: 600 });
  return canvas;
}

/** Writes one line, smaller if it needs more than the room. */
function write(context, text, { left, room, size, bottom, align = "left", color = COLORS.text, weight = 400 }) {
  const font = (px) => `${weight} ${px}px ${getComputedStyle(document.body).fontFamily}`;
  context.font = font(size);
  context.font = font(Math.floor(size * Math.min(1, room / context.measureText(text).width)));
  context.textAlign = align;
  context.fillStyle = color;
  context.fillText(text, left, bottom);
}

/** The path of an SVG drawing on a canvas. */
function traced(svg) {
  const canvas = canvasOf(PAD_UNITS, PAD_UNITS);
  const context = canvas.getContext("2d");
  const { width } = svg.viewBox.baseVal;
  context.scale(PAD_UNITS / width, PAD_UNITS / width);
  Object.assign(context, { lineWidth: parseFloat(getComputedStyle(svg).strokeWidth), lineCap: "round", lineJoin: "round" });
  context.strokeStyle = COLORS.ink;
  context.stroke(new Path2D(svg.querySelector("path").getAttribute("d")));
  return canvas;
}

function paint(canvas) {
  const context = canvas.getContext("2d");
  context.globalCompositeOperation = "source-in";
  context.fillStyle = COLORS.ink;
  context.fillRect(0, 0, canvas.width, canvas.height);
}
