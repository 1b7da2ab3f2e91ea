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
  const show = (text) => {
    zone.querySelector("[data-chosen]").textContent = text;
  };
  input.addEventListener("change", () => show(chosen(input.files)));
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
    const { files } = event.dataTransfer;
    const isTooMany = files.length > 1 && !input.multiple;
    input.files = isTooMany ? firstOf(files) : files;
    show(isTooMany ? onlyFirst(files) : chosen(files));
  });
}

function chosen(files) {
  if (files.length < 2) return files[0]?.name ?? "";
  return fill(gettext("%(count)s files"), { count: number(files.length) });
}

const onlyFirst = (files) =>
  fill(gettext("Only %(name)s, the first of %(count)s files: a page is one file."), { name: files[0].name, count: number(files.length) });

function firstOf(files) {
  const first = new DataTransfer();
  first.items.add(files[0]);
  return first.files;
}

const zone = document.querySelector("[data-drop-zone]");
if (zone) listenForFiles(zone);
poll();
