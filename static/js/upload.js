/** Pictures from the file chooser, the camera, a drop or the clipboard. */

import { sayFailure } from "./failure.js";
import { late } from "./late.js";
import { readFile } from "./picture-file.js";
import { isTyped } from "./typing.js";

/**
 * Calls `onPicture(picture)` for every picture, unless a newer one has arrived meanwhile. Shows an
 * error for files that cannot be read. `root` holds the buttons and inputs, `open(file)` asks the
 * server for a file that the browser cannot open. Several files at once become a batch.
 */
export function listenForPictures({ root, open, onPicture }) {
  const find = (name) => root.querySelector(`[data-${name}]`);
  let newest = 0; // the file that came last
  let unread = null; // the message that it cannot be read
  const onFile = async (file) => {
    newest += 1;
    const number = newest;
    unread?.remove();
    try {
      const picture = await readFile(file, open);
      if (number === newest) onPicture(picture);
    } catch (error) {
      if (number === newest) unread = sayFailure(error);
    }
  };
  const onFiles = async (files) => {
    if (files.length > 1) {
      const batch = await late(() => import("./several-files.js")); // rare
      if (!batch || (await batch.several(files, root.dataset))) return;
    }
    if (files.length) onFile(files[0]);
  };
  listenForChoice(find("upload"), find("file"), onFiles);
  listenForChoice(find("camera"), find("camera-file"), onFiles);
  document.addEventListener("paste", (event) => {
    if (!isTyped(event)) onFiles([...(event.clipboardData?.files ?? [])]);
  });
  listenForDrops(find("drop"), onFiles);
}

function listenForChoice(button, input, onFiles) {
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    onFiles([...input.files]);
    input.value = ""; // the same file can be chosen again
  });
}

function listenForDrops(area, onFiles) {
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
    onFiles([...event.dataTransfer.files]);
  });
}
