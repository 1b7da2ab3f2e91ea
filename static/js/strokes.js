/** Partial strokes at a time, for the replay. Points are {x, y, t, p}, t in milliseconds. */

import { trace } from "./geometry.js";

/** The strokes drawn until then. The last point is interpolated. */
export function strokesAt(strokes, moment) {
  return strokes
    .filter(([first]) => first.t <= moment)
    .map((points) => {
      const next = points.findIndex(({ t }) => t > moment);
      if (next === -1) return points;
      return [...points.slice(0, next), between(points[next - 1], points[next], moment)];
    });
}

function between(before, after, moment) {
  const share = (moment - before.t) / (after.t - before.t);
  const mix = (name) => before[name] + (after[name] - before[name]) * share;
  const p = "p" in before && "p" in after ? { p: mix("p") } : {};
  return { x: mix("x"), y: mix("y"), t: moment, ...p };
}

/** The `d` of an SVG path, curved as the studio draws. */
export function pathOf(strokes) {
  const parts = [];
  const pen = {
    moveTo: (x, y) => parts.push(`M${x} ${y}`),
    lineTo: (x, y) => parts.push(`L${x} ${y}`),
    quadraticCurveTo: (...corners) => parts.push(`Q${corners.join(" ")}`),
  };
  for (const points of strokes) {
    trace(pen, points);
    if (points.length === 1) parts.push("h.01"); // SVG draws round line ends only on a line
  }
  return parts.join("");
}
