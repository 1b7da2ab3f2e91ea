/** The script of every page: menus, messages, confirmations and the list of shortcuts. */

import { DOUBLE_CLICK } from "./double-click.js";
import { late } from "./late.js";
import { STAYS } from "./toast.js";
import { isTyped } from "./typing.js";

const sentAt = new WeakMap(); // form -> when it was sent last
const openMenus = () => document.querySelectorAll("[data-menu][open]");

function closeOtherMenus({ target }) {
  for (const menu of openMenus()) menu.open = menu.contains(target);
}

function closeOnEscape(event) {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    event.preventDefault(); // this Escape is handled
    menu.open = false;
    menu.querySelector("summary").focus();
  }
}

/** Messages of the server go after some time, as those of toast.js do. */
function letMessagesGo() {
  for (const box of document.querySelectorAll("[data-toast]:is(.success, .info)")) {
    if (!box.querySelector("a, form")) setTimeout(() => box.remove(), STAYS);
  }
}

/** A double click must not send a form twice. One that only asks may be sent again with other fields. */
function sendOnce(event) {
  const { target: form, timeStamp: now } = event;
  if (event.defaultPrevented || form.method !== "post") return;
  if (now - (sentAt.get(form) ?? -Infinity) < DOUBLE_CLICK) event.preventDefault();
  else sentAt.set(form, now);
}

function dismiss({ target }) {
  target.closest("[data-dismiss]")?.closest("[data-toast]").remove();
}

/**
 * <form data-confirm="Delete this drawing?" data-confirm-yes="Delete"> asks before it is sent.
 * data-confirm-no replaces "Cancel" where that would be ambiguous.
 */
async function confirmSubmit(event) {
  const form = event.target;
  const { submitter } = event;
  if (!form.dataset.confirm || form.dataset.confirmed !== undefined) return;
  event.preventDefault();
  const asking = await late(() => import("./confirm.js")); // few pages need it
  const { confirm, confirmYes, confirmNo } = form.dataset;
  if (await asking?.confirmed(confirm, confirmYes, confirmNo)) submitConfirmed(form, submitter);
}

/** If the list was replaced meanwhile, the form is a new element, or gone. */
function submitConfirmed(asked, submitter) {
  const action = asked.getAttribute("action");
  const isAsked = (form) => form.getAttribute("action") === action && form.dataset.confirm;
  const form = asked.isConnected ? asked : [...document.forms].find(isAsked);
  if (!form) return;
  form.dataset.confirmed = "";
  form.requestSubmit(form.contains(submitter) ? submitter : null);
  delete form.dataset.confirmed; // the next press asks again
}

/** "?" or a button opens the list of the page's shortcuts, if it has any. */
function askForKeys(event) {
  if (event.key !== "?" || event.defaultPrevented || isTyped(event)) return;
  if (!document.querySelector("dialog[open]")) openKeySheet();
}

function openKeySheet() {
  document.querySelector("[data-key-sheet]")?.showModal();
}

// The server shows times in this zone. Visitors without an account get no cookie.
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
const hasAccount = document.querySelector('[name="csrf-token"], [name="csrfmiddlewaretoken"]');
// biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API exists with HTTPS alone
if (timeZone && hasAccount) document.cookie = `zone=${timeZone}; path=/; max-age=31536000; samesite=lax`;
// On a phone the navigation may be wider than the screen. Deferred, as it forces layout.
requestAnimationFrame(() => {
  const current = document.querySelector(".site-nav [aria-current]");
  current?.scrollIntoView({ block: "nearest", inline: "nearest" });
});
// Focuses the first invalid field of a form that was refused.
document.querySelector('[aria-invalid="true"]')?.focus();
document.addEventListener("click", closeOtherMenus);
document.addEventListener("focusin", closeOtherMenus); // an open menu would cover the focused element
document.addEventListener("keydown", closeOnEscape);
document.addEventListener("keydown", askForKeys);
document.querySelector("[data-keys]")?.addEventListener("click", openKeySheet);
document.addEventListener("click", dismiss);
document.addEventListener("submit", confirmSubmit);
document.addEventListener("submit", sendOnce);
letMessagesGo();
