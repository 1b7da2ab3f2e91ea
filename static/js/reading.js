/** Chooses files by dropping them, and shows the progress of batches and pages once a second. */

import { fetchPage } from "./fetch-page.js";
import { fill, gettext, number } from "./i18n.js";
import { contentOf, successorOf } from "./replaced-part.js";

const EVERY = 1000;

const part = () => document.querySelector("[data-reading]");

async function poll() {
  if (!document.hidden && part().querySelector("[data-open]")) await refresh();
  setTimeout(poll, EVERY);
}

async function refresh() {
  const fresh = (await fetchPage(location.href))?.querySelector("[data-reading]");
  if (!fresh || contentOf(fresh) === contentOf(part())) return; // unchanged: the focus stays
  const focused = successorOf(document.activeElement, part(), fresh);
  part().replaceWith(fresh);
  focused?.focus({ preventScroll: true });
}

function listenForFiles(zone) {
  const input = zone.querySelector("input");
  const mark = (on) => zone.toggleAttribute("data-dragging", on);
  const show = () => {
    const { length } = input.files;
    const text = length === 1 ? input.files[0].name : fill(gettext("%(count)s files"), { count: number(length) });
    zone.querySelector("[data-chosen]").textContent = length ? text : "";
  };
  input.addEventListener("change", show);
  // Anywhere on the page: files that miss the zone must not replace the page.
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    mark(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) mark(false);
  });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    mark(false);
    input.files = event.dataTransfer.files;
    show();
  });
}

const zone = document.querySelector("[data-drop-zone]");
if (zone) listenForFiles(zone);
poll();
