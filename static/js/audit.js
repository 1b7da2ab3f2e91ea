/** Wires the filters of the audit. */

import { applyAtOnce } from "./filters-at-once.js";

applyAtOnce(document.querySelector("[data-filters]"));
