/** Paints the heat map of the explanation, and describes it in words. */

import { fill, gettext } from "./i18n.js";
import { labelName, NOT_A_DIGIT } from "./labels.js";
import { paintNetworkInput } from "./network-input.js";

const FOR = [86, 156, 255];
const AGAINST = [255, 138, 36];
const NEUTRAL = [120, 120, 120];
const GAMMA = 0.6; // makes faint values visible
const WORTH_SAYING = 0.25; // as a share of the strongest part

/** Red, green and blue of a pixel with `value` -1 to 1 and `gray` 0 to 255. */
function color(value, gray) {
  const strength = Math.abs(value) ** GAMMA;
  const strong = value < 0 ? AGAINST : FOR;
  return NEUTRAL.map((plain, i) => (plain + (strong[i] - plain) * strength) * (gray / 255));
}

/** `values`: 28 rows of 28; `pixels`: base64 of the network input. */
export function paintHeatMap(canvas, values, pixels) {
  paintNetworkInput(canvas, pixels, (gray, x, y) => color(values[y][x], gray));
}

/** "What speaks most for 7: the top right. What speaks most against it: the bottom." */
export function summary({ label, values }) {
  const strongest = (sign) => strongestPart(values, sign);
  const [speaks, against] = [strongest(1), strongest(-1)];
  const least = WORTH_SAYING * Math.max(speaks.weight, against.weight);
  const words = [];
  const name = label === NOT_A_DIGIT ? `“${labelName(label)}”` : labelName(label);
  const most = (text, { part }) => words.push(fill(text, { label: name, part: PARTS[part] }));
  if (speaks.weight > least) most(gettext("What speaks most for %(label)s: %(part)s."), speaks);
  if (against.weight > least) most(gettext("What speaks most against it: %(part)s."), against);
  return words.join(" ") || gettext("No single part mattered much.");
}

const PARTS = [
  gettext("the top left"),
  gettext("the top"),
  gettext("the top right"),
  gettext("the left"),
  gettext("the middle"),
  gettext("the right"),
  gettext("the bottom left"),
  gettext("the bottom"),
  gettext("the bottom right"),
];

/** Of the nine parts of the ink's bounding box, the one with the largest sum of that sign. */
function strongestPart(values, sign) {
  const weights = Array(9).fill(0);
  const third = thirds(values);
  values.forEach((row, y) =>
    row.forEach((value, x) => {
      if (value * sign > 0) weights[third(x, y)] += Math.abs(value);
    }),
  );
  const part = weights.indexOf(Math.max(...weights));
  return { weight: weights[part], part };
}

/** Returns a function (x, y) -> number of the part, 0 to 8, row by row. */
function thirds(values) {
  const rows = values.flatMap((row, y) => (row.some(Boolean) ? [y] : []));
  const columns = values[0].flatMap((_, x) => (values.some((row) => row[x]) ? [x] : []));
  const third = (all, at) => {
    const [low, high] = [all[0] ?? 0, all.at(-1) ?? 0];
    return Math.min(2, Math.max(0, Math.floor(((at - low) / (high - low + 1)) * 3)));
  };
  return (x, y) => third(rows, y) * 3 + third(columns, x);
}
