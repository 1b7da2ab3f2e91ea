/** What every page needs: menus that close, messages that go, a question before what is final. */

import { TYPING } from "./keys.js";

const openMenus = () => document.querySelectorAll("[data-menu][open]");

function closeOtherMenus({ target }) {
  for (const menu of openMenus()) menu.open = menu.contains(target);
}

function closeOnEscape(event) {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    event.preventDefault(); // this Escape is used up
    menu.open = false;
    menu.querySelector("summary").focus();
  }
}

function dismiss({ target }) {
  target.closest("[data-dismiss]")?.closest("[data-toast]").remove();
}

/**
 * <form data-confirm="Delete this drawing?" data-confirm-yes="Delete"> asks first; data-confirm-no
 * is the way out where "Cancel" could mean what is asked.
 */
async function confirmSubmit(event) {
  const form = event.target;
  const { submitter } = event;
  if (!form.dataset.confirm || form.dataset.confirmed !== undefined) return;
  event.preventDefault();
  const { confirmed } = await import("./confirm.js"); // few pages have a question to ask
  const { confirm, confirmYes, confirmNo } = form.dataset;
  if (await confirmed(confirm, confirmYes, confirmNo)) submitConfirmed(form, submitter);
}

/** A list that was fetched anew meanwhile has the form anew, or not any more. */
function submitConfirmed(asked, submitter) {
  const action = asked.getAttribute("action");
  const isAsked = (form) => form.getAttribute("action") === action && form.dataset.confirm;
  const form = asked.isConnected ? asked : [...document.forms].find(isAsked);
  if (!form) return;
  form.dataset.confirmed = "";
  form.requestSubmit(form.contains(submitter) ? submitter : null);
}

/** "?" or a button lists a page's keys, where it has some of its own. */
function askForKeys(event) {
  if (event.key !== "?" || event.defaultPrevented || event.target.closest?.(TYPING)) return;
  if (!document.querySelector("dialog[open]")) openKeySheet();
}

function openKeySheet() {
  document.querySelector("[data-key-sheet]")?.showModal();
}

// On a phone the navigation may be wider than the screen. With the first frame: it asks for layout.
requestAnimationFrame(() => {
  const current = document.querySelector(".site-nav [aria-current]");
  current?.scrollIntoView({ block: "nearest", inline: "nearest" });
});
// A form that was refused: to what is wrong, which the field says of itself.
document.querySelector('[aria-invalid="true"]')?.focus();
document.addEventListener("click", closeOtherMenus);
document.addEventListener("focusin", closeOtherMenus); // it would cover what has the focus now
document.addEventListener("keydown", closeOnEscape);
document.addEventListener("keydown", askForKeys);
document.querySelector("[data-keys]")?.addEventListener("click", openKeySheet);
document.addEventListener("click", dismiss);
document.addEventListener("submit", confirmSubmit);
