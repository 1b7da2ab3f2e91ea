/** What a confidence is worth, as measured for the serving version: how many such answers are right. */

import { fill, gettext, number, share } from "./i18n.js";

const BINS = 15; // of equal width, as in `mlcore.evaluation.metrics`
const FEW = 20; // answers; with fewer, a share would say too little

const binOf = (confidence) => Math.min(Math.floor(confidence * BINS), BINS - 1);

/** The measured bins of the page by source: lists of [mean confidence, accuracy, number of answers]. */
function readBins() {
  const element = document.getElementById("reliability-bins");
  return element ? JSON.parse(element.textContent) : {};
}

const bins = readBins();

/** The index of the bin that a confidence falls into; -1 if nothing was measured there. */
export const indexOf = (source, confidence) =>
  (bins[source] ?? []).findIndex(([mean]) => binOf(mean) === binOf(confidence));

/** A sentence about answers of such a confidence; "" if nothing was measured. */
export function worth(source, confidence) {
  const measured = bins[source]?.[indexOf(source, confidence)];
  if (!measured) return "";
  const [, accuracy, count] = measured;
  const range = `${number((binOf(confidence) / BINS) * 100)}–${share((binOf(confidence) + 1) / BINS)}`;
  if (count < FEW) {
    const values = { range, right: Math.round(accuracy * count), count };
    return fill(gettext("Rare: of %(count)s measured answers of %(range)s, %(right)s were right."), values);
  }
  const share100 = accuracy < 1 ? Math.min(accuracy * 100, 99.9) : 100; // never rounded to all
  const right = number(share100, share100 > 99 && share100 < 100 ? 1 : 0);
  return fill(gettext("Of 100 answers of %(range)s, about %(right)s are right."), { range, right });
}
