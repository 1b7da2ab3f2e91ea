/** Wires the history: selection, deletion and infinite scroll. */

import { post } from "./api.js";
import { takeStored, tryStorage } from "./browser-storage.js";
import { confirmed } from "./confirm.js";
import { sayFailure } from "./failure.js";
import { applyAtOnce } from "./filters-at-once.js";
import { listenForGridKeys } from "./grid-keys.js";
import { fill, gettext, ngettext, number } from "./i18n.js";
import { loadNextPages } from "./infinite-scroll.js";
import { refreshOnReturn } from "./refresh-on-return.js";
import { Selection } from "./selection.js";
import { toast } from "./toast.js";

const TOLD_LATER = "deleted-drawings"; // what was deleted before the page was loaded anew

const form = document.querySelector("[data-selection]");
const counted = (text, count) => fill(text, { count: number(count) });

function start() {
  const list = form.querySelector("[data-thumbs]");
  const selection = new Selection(list);
  const show = () => showCount(selection);
  selection.addEventListener("change", show);
  form.querySelector("[data-selection-head]").hidden = false;
  all().addEventListener("click", () => selection.setAll(all().checked));
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    none(selection);
  });
  form.addEventListener("submit", (event) => {
    if (!event.submitter?.matches("[data-delete-selected]")) return; // the others are sent
    event.preventDefault();
    remove(selection);
  });
  form.addEventListener("keydown", (event) => {
    // The browser would submit the form by its first button.
    if (event.key === "Enter" && event.target.type === "checkbox") event.preventDefault();
    else if (event.key === "Enter" && event.target.matches(".selection-line input")) {
      event.preventDefault();
      event.target.parentElement.querySelector("button").click();
    }
  });
  listenForGridKeys(list, {
    toggle: (box, how) => selection.toggle(box, how),
    all: () => selection.setAll(true),
    none: () => none(selection),
    remove: () => mayDelete() && selection.chosen.length > 0 && Boolean(remove(selection)),
  });
  loadNextPages(list, (items) => {
    say(items.length);
    show();
  });
  refreshOnReturn(list, () => (selection.boxes.length ? show() : reload()));
  window.addEventListener("pageshow", show); // going back restores the checkboxes
  show();
}

const mayDelete = () => form.querySelector("[data-delete-selected]") !== null;
const all = () => form.querySelector("[data-select-all]");

function none(selection) {
  if (selection.chosen.length === 0) return false;
  if (form.querySelector(".selection-bar").contains(document.activeElement)) all().focus();
  selection.setAll(false);
  return true;
}

function showCount(selection) {
  const count = selection.chosen.length;
  const most = Number(form.dataset.most);
  form.querySelector("[data-count]").textContent = count ? selected(count, most) : "";
  for (const button of form.querySelectorAll("[data-takes]")) button.disabled = count > most;
  all().checked = count > 0 && count === selection.boxes.length;
  all().indeterminate = count > 0 && !all().checked;
}

function selected(count, most) {
  if (count <= most) return counted(ngettext("%(count)s selected", "%(count)s selected", count), count);
  const text = gettext("%(count)s selected; at most %(most)s at a time");
  return fill(text, { count: number(count), most: number(most) });
}

async function remove(selection) {
  const { ids } = selection;
  const button = form.querySelector("[data-delete-selected]");
  if (button.disabled || !(await confirmed(question(ids.length), gettext("Delete")))) return;
  button.disabled = true;
  try {
    await post(form.dataset.delete, { ids });
    goOn(selection.remove(ids), { ids, restore: undoDays() ? form.dataset.restore : null });
  } catch (error) {
    sayFailure(error);
  } finally {
    showCount(selection);
  }
}

function question(count) {
  const asked = ngettext(
    "Delete this drawing with its answers and the history of its label?",
    "Delete %(count)s drawings with their answers and the history of their labels?",
    count,
  );
  return `${counted(asked, count)} ${afterwards(undoDays())}`;
}

function afterwards(days) {
  if (!days) return gettext("This cannot be undone.");
  return counted(
    ngettext("It can be undone for %(count)s day.", "It can be undone for %(count)s days.", days),
    days,
  );
}

const undoDays = () => Number(form.dataset.undoDays);

/** Says what was deleted. `restore`: the address that brings it back, or null. */
function tell({ ids, restore }) {
  toast(done(ids.length), "success", restore ? undoButton(ids, restore) : null);
}

/** Brings the drawings back and shows them where they were. */
function undoButton(ids, restore) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-s";
  button.textContent = gettext("Undo");
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await post(restore, { ids });
      reload();
    } catch (error) {
      button.disabled = false;
      sayFailure(error);
    }
  });
  return button;
}

const done = (count) =>
  counted(ngettext("The drawing is deleted.", "%(count)s drawings are deleted.", count), count);

/** Focuses the drawing after the deleted ones. An empty list is loaded anew, and says it then. */
function goOn(next, deletion) {
  if (next) {
    tell(deletion);
    next.querySelector("a[data-drawing]").focus();
  } else {
    tryStorage(() => sessionStorage.setItem(TOLD_LATER, JSON.stringify(deletion)));
    reload();
  }
}

const reload = () => location.assign(location.pathname + location.search);

function tellWhatWasDeleted() {
  const deletion = takeStored(TOLD_LATER);
  if (deletion) tell(deletion);
}

function say(count) {
  const text = ngettext("%(count)s more drawing", "%(count)s more drawings", count);
  document.querySelector("[data-loaded-status]").textContent = counted(text, count);
}

applyAtOnce(document.querySelector("[data-filters]"));
if (form) start();
tellWhatWasDeleted();
