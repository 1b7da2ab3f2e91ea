/** Pictures from the file chooser, the camera, a drop or the clipboard. */

import { readFile } from "./picture-file.js";
import { toast } from "./toast.js";

/**
 * Calls `onPicture(picture)` for every picture, unless a newer one has arrived meanwhile. Shows an
 * error for files that cannot be read. `root` holds the buttons and inputs, `open(file)` asks the
 * server for a file that the browser cannot open.
 */
export function listenForPictures({ root, open, onPicture }) {
  const find = (name) => root.querySelector(`[data-${name}]`);
  let newest = 0; // the file that came last
  const onFile = async (file) => {
    newest += 1;
    const number = newest;
    try {
      const picture = await readFile(file, open);
      if (number === newest) onPicture(picture);
    } catch (error) {
      if (number === newest) toast(error.message, "error");
    }
  };
  listenForChoice(find("upload"), find("file"), onFile);
  listenForChoice(find("camera"), find("camera-file"), onFile);
  document.addEventListener("paste", (event) => {
    const [file] = event.clipboardData?.files ?? [];
    if (file) onFile(file);
  });
  listenForDrops(find("drop"), onFile);
}

function listenForChoice(button, input, onFile) {
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const [file] = input.files;
    if (file) onFile(file);
    input.value = ""; // the same file can be chosen again
  });
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
