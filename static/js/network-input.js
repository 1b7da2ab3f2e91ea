/** Paints the network input, a picture of 28 x 28, in gray or in other colors. */

const SIDE = 28;

const plain = (gray) => [gray, gray, gray];

/**
 * `pixels`: base64 of 784 gray values, row by row; without it the picture is empty.
 * `color(gray, x, y)`: red, green and blue of a pixel.
 */
export function paintNetworkInput(canvas, pixels, color = plain) {
  const image = new ImageData(SIDE, SIDE);
  Array.from(atob(pixels ?? ""), (byte) => byte.charCodeAt(0)).forEach((gray, i) => {
    image.data.set([...color(gray, i % SIDE, Math.floor(i / SIDE)), 255], i * 4);
  });
  canvas.getContext("2d").putImageData(image, 0, 0);
}
