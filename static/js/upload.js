/** Pictures from the file chooser, a drop or the clipboard. */

import { fill, gettext } from "./i18n.js";
import { toast } from "./toast.js";

const MAX_BYTES = 5 * 1024 * 1024;
const SHOWN = 1200; // px of the longer side: enough for the screen, and undo keeps every picture
const LOOKED_AT = 768; // px of the longer side that the server uses
const SMALL = { type: "image/webp", quality: 0.95 }; // PNG where a browser does not write WebP
// How PNG, JPEG, BMP, WebP and AVIF files begin. The name may lack an ending, and then the type is "".
const BEGINNINGS = [/^\x89PNG/, /^\xff\xd8\xff/, /^BM/, /^RIFF.{4}WEBP/s, /^.{4}ftyp(.{4}){0,12}?avi[fs]/s];
// Other formats, which are refused by name.
const OTHERS = { GIF: /^GIF8/, TIFF: /^(II[*+]\0|MM\0[*+])/, HEIC: /^.{4}ftyp(.{4}){0,12}?he[iv]/s };
const LONGEST_BEGINNING = 64;

/** Why a file cannot be read, or "". */
async function objection(file) {
  if (file.size === 0) return gettext("The file is empty.");
  if (file.size > MAX_BYTES) return gettext("The picture is larger than 5 MB.");
  const bytes = new Uint8Array(await file.slice(0, LONGEST_BEGINNING).arrayBuffer());
  const start = String.fromCharCode(...bytes);
  if (BEGINNINGS.some((beginning) => beginning.test(start))) return "";
  if (start.startsWith("%PDF-")) return gettext("This is a PDF; only pages take PDFs. Use PNG, JPEG, BMP, WebP or AVIF.");
  const name = Object.keys(OTHERS).find((key) => OTHERS[key].test(start));
  if (name) return fill(gettext("This is a %(name)s file. Use PNG, JPEG, BMP, WebP or AVIF."), { name });
  return gettext("Only PNG, JPEG, BMP, WebP and AVIF pictures can be read.");
}

/** The file, and its bitmap rotated by its EXIF data; null if it cannot be decoded. */
async function readPicture(file, { isSmall }) {
  try {
    const bitmap = await bounded(await createImageBitmap(file), isSmall ? LOOKED_AT : SHOWN);
    return { file: isSmall ? await written(bitmap) : file, bitmap };
  } catch {
    return null;
  }
}

function written(bitmap) {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  return canvas.convertToBlob(SMALL);
}

async function bounded(bitmap, longest) {
  const { width, height } = bitmap;
  const scale = longest / Math.max(width, height);
  if (scale >= 1) return bitmap;
  const side = (length) => Math.max(1, Math.round(length * scale));
  const size = { resizeWidth: side(width), resizeHeight: side(height) };
  const smaller = await createImageBitmap(bitmap, { ...size, resizeQuality: "high" });
  bitmap.close();
  return smaller;
}

/**
 * Calls `onPicture(picture)` for every picture, unless a newer one has arrived meanwhile. Shows an
 * error for files that cannot be read. `isSmall`: scale the file down to what the server uses.
 */
export function listenForPictures({ area, button, input, onPicture, isSmall = false }) {
  let started = 0;
  let newest = 0; // of the files that may be pictures, the one that came last
  const onFile = async (file) => {
    started += 1;
    const number = started;
    const problem = await objection(file);
    if (problem) {
      toast(problem, "error");
      return;
    }
    newest = Math.max(newest, number);
    const picture = await readPicture(file, { isSmall });
    if (!picture) toast(gettext("The picture cannot be read."), "error");
    else if (number === newest) onPicture(picture);
  };
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const [file] = input.files;
    if (file) onFile(file);
    input.value = ""; // the same file can be chosen again
  });
  document.addEventListener("paste", (event) => {
    const [file] = event.clipboardData?.files ?? [];
    if (file) onFile(file);
  });
  listenForDrops(area, onFile);
}

function listenForDrops(area, onFile) {
  const carriesFile = (event) => event.dataTransfer?.types.includes("Files");
  const mark = (on) => area.toggleAttribute("data-dragging", on);
  // Anywhere on the page: a picture that misses the paper must not replace the page.
  document.addEventListener("dragover", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    mark(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) mark(false);
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    mark(false);
    const [file] = event.dataTransfer.files;
    if (file) onFile(file);
  });
}
