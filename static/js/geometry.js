/**
 * Pure geometry of the pad: a square of PAD_UNITS x PAD_UNITS, whatever the screen's size. For long
 * numbers the paper is wider, never higher.
 */

export const PAD_UNITS = 1000;
export const WIDEST = 4 * PAD_UNITS;

const EDGE = 200; // pad units; ink so near the right edge needs wider paper
const SLIP = PAD_UNITS / 2; // a single stroke may go so far over the right edge
const DOT = 0.1; // pad units; browsers paint no line without length

const clamp = (value, most) => Math.min(most, Math.max(0, value));
const tenth = (value) => Math.round(value * 10) / 10;

/** A client position in pad units, of paper that is `width` pad units wide. It may lie outside of it. */
export function toPadUnits(clientX, clientY, rect, width = PAD_UNITS) {
  return {
    x: tenth(((clientX - rect.left) / rect.width) * width),
    y: tenth(((clientY - rect.top) / rect.height) * PAD_UNITS),
  };
}

/** The smallest box around points: [left, top, right, bottom]; null if there are none. */
export function boxOf(points) {
  if (points.length === 0) return null;
  return points.reduce(
    ([left, top, right, bottom], { x, y }) => [
      Math.min(left, x),
      Math.min(top, y),
      Math.max(right, x),
      Math.max(bottom, y),
    ],
    [Infinity, Infinity, -Infinity, -Infinity],
  );
}

/**
 * The width of the paper that lists of points need, a multiple of PAD_UNITS. One digit needs no
 * more than the square, however large it is: only ink beside other ink asks for room at its right.
 */
export function widthFor(strokes) {
  const boxes = strokes.map(boxOf).filter(Boolean);
  const right = Math.max(0, ...boxes.map((box) => box[2]));
  const isLine = Math.max(...boxes.map((box) => box[0])) > Math.min(...boxes.map((box) => box[2]));
  const needed = isLine ? right + EDGE : right - SLIP;
  return clamp(Math.ceil(needed / PAD_UNITS), WIDEST / PAD_UNITS) * PAD_UNITS || PAD_UNITS;
}

export const distance = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

const midpoint = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

/**
 * Trace points onto a path (a context or a Path2D) as quadratic curves between midpoints. Each
 * point is the control point of its own curve. One point gives a dot.
 */
export function trace(path, points) {
  if (points.length === 0) return;
  const [first] = points;
  const last = points[points.length - 1];
  path.moveTo(first.x, first.y);
  for (let i = 1; i < points.length - 1; i += 1) {
    const end = midpoint(points[i], points[i + 1]);
    path.quadraticCurveTo(points[i].x, points[i].y, end.x, end.y);
  }
  path.lineTo(last.x + (points.length === 1 ? DOT : 0), last.y);
}

/**
 * The curve that `trace` draws as a polyline, at most `tolerance` pad units away from it. Times and
 * pressures are interpolated like the positions.
 */
export function flatten(points, tolerance) {
  if (points.length < 3) return points;
  const line = [points[0]];
  for (let i = 1; i < points.length - 1; i += 1) {
    const start = i === 1 ? points[0] : mix([points[i - 1], points[i]], [0.5, 0.5]);
    const end = mix([points[i], points[i + 1]], [0.5, 0.5]);
    const count = pieces(start, points[i], end, tolerance);
    for (let k = 1; k <= count; k += 1) {
      const u = k / count;
      const weights = [(1 - u) ** 2, 2 * u * (1 - u), u ** 2];
      line.push(mix([start, points[i], end], weights));
    }
  }
  line.push(points[points.length - 1]);
  return line.map(rounded);
}

/** A quadratic curve cut into n equal pieces deviates from its chords by |a - 2b + c| / (4 n * n). */
function pieces(a, b, c, tolerance) {
  const bend = Math.hypot(a.x - 2 * b.x + c.x, a.y - 2 * b.y + c.y);
  return Math.max(1, Math.ceil(Math.sqrt(bend / (4 * tolerance))));
}

/** The weighted mean of points; t and p only where all points have them. */
function mix(points, weights) {
  const names = ["x", "y", "t", "p"].filter((name) => points.every((point) => name in point));
  const mean = (name) => points.reduce((sum, point, i) => sum + weights[i] * point[name], 0);
  return Object.fromEntries(names.map((name) => [name, mean(name)]));
}

const DECIMALS = { x: 10, y: 10, t: 1, p: 1000 };

function rounded(point) {
  const round = ([name, value]) => [name, Math.round(value * DECIMALS[name]) / DECIMALS[name]];
  return Object.fromEntries(Object.entries(point).map(round));
}

/**
 * Strokes in any units, moved and scaled onto the square. Strokes that lie on the paper already stay
 * as they are: they were drawn here.
 */
export function fit(strokes) {
  const box = boxOf(strokes.flat());
  if (!box) return strokes;
  const [left, top, right, bottom] = box;
  const begins = left >= 0 && left <= PAD_UNITS && top >= 0;
  if (begins && right <= widthFor(strokes) && bottom <= PAD_UNITS) return strokes;
  const longest = Math.max(right - left, bottom - top);
  const scale = longest > 0 ? (PAD_UNITS * 0.7) / longest : 1;
  const place = (value, middle) => tenth((value - middle) * scale + PAD_UNITS / 2);
  return strokes.map((stroke) =>
    stroke.map((point) => ({
      ...point,
      x: place(point.x, (left + right) / 2),
      y: place(point.y, (top + bottom) / 2),
    })),
  );
}

/** The largest centered box of that aspect ratio on the pad. */
export function contain(width, height) {
  const scale = PAD_UNITS / Math.max(width, height);
  const [w, h] = [width * scale, height * scale];
  return { x: (PAD_UNITS - w) / 2, y: (PAD_UNITS - h) / 2, width: w, height: h };
}
