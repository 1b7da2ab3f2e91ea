/** Shows a cell's place in the picture of a page. */

const LEGIBLE = 22; // CSS pixels; lower writing is enlarged
const AROUND = 3; // a cell's heights above and below it, at least

/** The row and column of a cell's input. */
export const placeOf = ({ dataset }) => dataset.place.split(",").map(Number);

/** Changes the part of the picture that is seen, if the cell's writing would be too small to read. */
export function zoomed(svg, { dataset }) {
  const { width, height } = svg.querySelector("image").getBBox();
  const [left, top, right, bottom] = dataset.box.split(" ").map(Number);
  const { clientWidth, clientHeight } = svg;
  const whole = Math.min(clientWidth / width, clientHeight / height);
  const least = clientHeight / ((2 * AROUND + 1) * (bottom - top)); // the largest enlargement
  const scale = Math.max(whole, Math.min(LEGIBLE / (bottom - top), least));
  if (scale === whole) {
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    return;
  }
  const [wide, high] = [clientWidth / scale, clientHeight / scale];
  const x = within((left + right - wide) / 2, width - wide);
  const y = within((top + bottom - high) / 2, height - high);
  svg.setAttribute("viewBox", `${x} ${y} ${wide} ${high}`);
}

/** From 0 to `most`; in the middle if that is negative. */
const within = (start, most) => (most < 0 ? most / 2 : Math.min(Math.max(start, 0), most));
