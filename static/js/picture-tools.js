/** The button to crop and turn the picture on the paper. */

/** Shows the button while there is a picture. `onPicture(picture)` gets the part that was chosen. */
export function offerCrop({ root, ink, onPicture }) {
  const button = root.querySelector("[data-crop]");
  ink.addEventListener("change", () => {
    button.hidden = !ink.picture;
  });
  button.addEventListener("click", async () => {
    const { cropped } = await import("./crop.js"); // most drawings need none
    const picture = await cropped(root.querySelector("[data-crop-dialog]"), ink.picture.source);
    if (picture) onPicture(picture);
  });
}
