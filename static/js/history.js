/** The history: what is selected, what is done with it, and more of it as the page is scrolled. */

import { post } from "./api.js";
import { confirmed } from "./confirm.js";
import { loadMore } from "./more.js";
import { Selection } from "./selection.js";
import { listenForThumbs } from "./thumbs.js";
import { toast } from "./toast.js";

const form = document.querySelector("[data-selection]");
const counted = (text, count) => text.replace("{count}", count);

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
    if (!event.submitter?.matches("[data-delete-selected]")) return;
    event.preventDefault();
    remove(selection);
  });
  form.addEventListener("keydown", (event) => {
    // Else the form would be sent by its first button.
    if (event.key === "Enter" && event.target.type === "checkbox") event.preventDefault();
  });
  listenForThumbs(list, {
    toggle: (box, how) => selection.toggle(box, how),
    all: () => selection.setAll(true),
    none: () => none(selection),
    remove: () => selection.chosen.length > 0 && Boolean(remove(selection)),
  });
  loadMore(list, (items) => {
    say(items.length);
    show();
  });
  window.addEventListener("pageshow", show); // a browser that goes back keeps what was ticked
  show();
}

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
  const words = form.querySelector("[data-count]");
  const { one, many, tooMany } = words.dataset;
  const text = count > most ? tooMany.replace("{most}", most) : count === 1 ? one : many;
  words.textContent = count ? counted(text, count) : "";
  for (const button of form.querySelectorAll("[data-takes]")) button.disabled = count > most;
  all().checked = count > 0 && count === selection.boxes.length;
  all().indeterminate = count > 0 && !all().checked;
}

async function remove(selection) {
  const { ids } = selection;
  const button = form.querySelector("[data-delete-selected]");
  const { askOne, askMany, doneOne, doneMany, yes } = button.dataset;
  const count = ids.length;
  if (button.disabled || !(await confirmed(counted(count === 1 ? askOne : askMany, count), yes))) return;
  button.disabled = true;
  try {
    await post(form.dataset.delete, { ids });
    toast(counted(count === 1 ? doneOne : doneMany, count), "success");
    goOn(selection.removeChosen());
  } catch (error) {
    toast(error.message, "error");
  } finally {
    showCount(selection);
  }
}

/** The focus goes on to the drawing that took the place; an empty page is asked for anew. */
function goOn(next) {
  if (next) next.querySelector("a[data-drawing]").focus();
  else location.assign(location.pathname + location.search);
}

function say(count) {
  const place = document.querySelector("[data-more-words]");
  place.textContent = counted(place.dataset.moreWords, count);
}

if (form) start();
