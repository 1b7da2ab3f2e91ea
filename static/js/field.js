/** Paints a field: what the network reads, in grey or in colours that tell more of it. */

const SIDE = 28;

const plain = (grey) => [grey, grey, grey];

/**
 * `field`: base64 of 784 grey values, row by row; without it the picture is empty.
 * `colour(grey, x, y)`: red, green and blue of a pixel.
 */
export function paintField(canvas, field, colour = plain) {
  const image = new ImageData(SIDE, SIDE);
  Array.from(atob(field ?? ""), (byte) => byte.charCodeAt(0)).forEach((grey, i) => {
    image.data.set([...colour(grey, i % SIDE, Math.floor(i / SIDE)), 255], i * 4);
  });
  canvas.getContext("2d").putImageData(image, 0, 0);
}
