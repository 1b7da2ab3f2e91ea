/** Pure geometry of the pad. Ink lives in a square of FIELD x FIELD units, whatever the screen. */

export const FIELD = 1000;

const clamp = (value) => Math.min(FIELD, Math.max(0, value));
const tenth = (value) => Math.round(value * 10) / 10;

/** Where a client position lies on the field; outside the square it is held at the edge. */
export function toField(clientX, clientY, rect) {
  return {
    x: tenth(clamp(((clientX - rect.left) / rect.width) * FIELD)),
    y: tenth(clamp(((clientY - rect.top) / rect.height) * FIELD)),
  };
}

export const distance = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

export const midpoint = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

/**
 * Trace points onto a path (a context or a Path2D) as quadratic curves between midpoints,
 * each point being the control of its own curve. One point gives a dot.
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
  path.lineTo(last.x, last.y);
}

/**
 * Strokes in any units, moved and scaled to lie on the field. Those that lie on it already stay as
 * they are: they were drawn here.
 */
export function fit(strokes) {
  const points = strokes.flat();
  const inside = ({ x, y }) => x >= 0 && x <= FIELD && y >= 0 && y <= FIELD;
  if (points.length === 0 || points.every(inside)) return strokes;
  const [left, right, top, bottom] = points.reduce(
    ([l, r, t, b], { x, y }) => [Math.min(l, x), Math.max(r, x), Math.min(t, y), Math.max(b, y)],
    [Infinity, -Infinity, Infinity, -Infinity],
  );
  const longest = Math.max(right - left, bottom - top);
  const scale = longest > 0 ? (FIELD * 0.7) / longest : 1;
  const place = (value, middle) => tenth((value - middle) * scale + FIELD / 2);
  return strokes.map((stroke) =>
    stroke.map((point) => ({
      ...point,
      x: place(point.x, (left + right) / 2),
      y: place(point.y, (top + bottom) / 2),
    })),
  );
}

/** The largest centred box of that aspect ratio on the field. */
export function contain(width, height) {
  const scale = FIELD / Math.max(width, height);
  const [w, h] = [width * scale, height * scale];
  return { x: (FIELD - w) / 2, y: (FIELD - h) / 2, width: w, height: h };
}
