/** The button to crop and turn the picture on the paper. */

import { late } from "./late.js";

/** Shows the button while there is a picture. `onPicture(picture)` gets the part that was chosen. */
export function offerCrop({ root, ink, onPicture }) {
  const button = root.querySelector("[data-crop]");
  ink.addEventListener("change", () => {
    button.hidden = !ink.picture;
  });
  button.addEventListener("click", async () => {
    const crop = await late(() => import("./crop.js")); // most drawings need none
    const picture = await crop?.cropped(root.querySelector("[data-crop-dialog]"), ink.picture.source);
    if (picture) onPicture(picture);
  });
}
