/**
 * What a person changes about the marks of a number. Pure functions.
 *
 * A mark is {text, box, confidence, strokes} of the API, with `isCorrected` if its text is a person's.
 */

export const textOf = (marks) => marks.map(({ text }) => text).join("");

/** The marks with `count` of them, from an index on, replaced by others. */
export const replaced = (marks, from, count, others) => [
  ...marks.slice(0, from),
  ...others,
  ...marks.slice(from + count),
];

/** The numbers of the strokes of some marks; empty if they are of a picture. */
export const strokesOf = (marks) =>
  [...new Set(marks.flatMap(({ strokes }) => strokes))].sort((a, b) => a - b);

/** The box around some marks. */
export function around(marks) {
  const edges = (i) => marks.map(({ box }) => box[i]);
  return [Math.min(...edges(0)), Math.min(...edges(1)), Math.max(...edges(2)), Math.max(...edges(3))];
}

/** One mark in place of some. */
export const joined = (marks, { text, confidence }) => ({
  text,
  confidence,
  box: around(marks),
  strokes: strokesOf(marks),
  isCorrected: true,
});

/**
 * Marks for a text that a person typed in place of some. As many as before keep their places.
 * Otherwise the box around them is cut into equal parts.
 */
export function typed(marks, text) {
  const signs = [...text];
  const parts = signs.length === marks.length ? marks : cut(joined(marks, {}), signs.length);
  return signs.map((sign, i) => ({ ...parts[i], text: sign, confidence: 1, isCorrected: true }));
}

function cut(mark, count) {
  const [left, top, right, bottom] = mark.box;
  const edge = (i) => left + ((right - left) * i) / count;
  return Array.from({ length: count }, (_, i) => ({ ...mark, box: [edge(i), top, edge(i + 1), bottom] }));
}
