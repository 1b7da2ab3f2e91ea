/** Turns the file of a picture into what is shown and what is sent. */

import { gettext } from "./i18n.js";

export const MOST_BYTES = 5 * 1024 * 1024; // of a file that is sent
const AS_IT_IS = 1024 * 1024; // bytes; smaller files are sent unchanged if they have few pixels
const SENT = 1536; // px of the longer side: twice what the server uses
const SHOWN = 1200; // px: enough for the screen, and undo keeps every picture
const SMALL = ["image/webp", 0.95];
const SMALL_ANYWHERE = ["image/jpeg", 0.92]; // where a browser does not write WebP
const TEST_SIDE = 16; // px

/**
 * {file, bitmap, width, height, source} of a file: what is sent, what is shown, the pixels of what is
 * sent, and the file as it came. `open(file)` asks the server for a file that the browser cannot open.
 * Rejects with an Error whose message can be shown.
 */
export async function readFile(file, open) {
  if (file.size === 0) throw new Error(gettext("The file is empty."));
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (bitmap) return pictureOf(bitmap, file);
  if (file.size > MOST_BYTES) throw new Error(gettext("The browser cannot open this file, and it is larger than 5 MB."));
  const opened = fromBase64((await open(file)).picture, file.name);
  return pictureOf(await createImageBitmap(opened), opened);
}

/** As `readFile`, of a bitmap or canvas and the file that it came from. */
export async function pictureOf(bitmap, file) {
  const longest = Math.max(bitmap.width, bitmap.height);
  const whole = { file, width: bitmap.width, height: bitmap.height };
  const mayStay = file.size <= AS_IT_IS && longest <= SENT;
  const sent = mayStay ? whole : ((await shrunk(bitmap)) ?? whole);
  if (sent.file.size > MOST_BYTES) throw new Error(gettext("The picture is larger than 5 MB."));
  const shown = reduced(bitmap, SHOWN);
  bitmap.close?.();
  return { ...sent, bitmap: shown, source: file };
}

/** Whether what is drawn on a canvas can be read back. Some browsers return noise, for privacy. */
export function canReadBack() {
  const context = canvasOf(TEST_SIDE, TEST_SIDE).getContext("2d");
  if (!context) return false;
  context.fillStyle = "#3c78b4";
  context.fillRect(0, 0, TEST_SIDE, TEST_SIDE);
  const { data } = context.getImageData(0, 0, TEST_SIDE, TEST_SIDE);
  return data.every((value, i) => value === [0x3c, 0x78, 0xb4, 0xff][i % 4]);
}

/** The canvas as a file, or null. */
export async function written(canvas, name) {
  const blob = await blobOf(canvas, SMALL);
  const small = blob && blob.type !== SMALL[0] && blob.size > AS_IT_IS ? await blobOf(canvas, SMALL_ANYWHERE) : blob;
  return small && new File([small], name, { type: small.type });
}

export function canvasOf(width, height) {
  return Object.assign(document.createElement("canvas"), { width, height });
}

async function shrunk(bitmap) {
  if (!canReadBack()) return null;
  const canvas = reduced(bitmap, SENT);
  const file = await written(canvas, "picture");
  return file && { file, width: canvas.width, height: canvas.height };
}

/** The bitmap on a canvas of at most `longest` pixels a side; halved again and again, so no line is lost. */
function reduced(bitmap, longest) {
  let source = bitmap;
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  do {
    const larger = [Math.ceil(source.width / 2), Math.ceil(source.height / 2)];
    const canvas = canvasOf(Math.max(width, larger[0]), Math.max(height, larger[1]));
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    source = canvas;
  } while (source.width > width || source.height > height);
  return source;
}

const blobOf = (canvas, how) => new Promise((resolve) => canvas.toBlob(resolve, ...how));

function fromBase64(text, name) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new File([bytes], name, { type: "image/png" });
}
