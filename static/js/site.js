/** What every page needs: menus that close, messages that go, a question before what is final. */

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

/** <form data-confirm="Delete this drawing?" data-confirm-yes="Delete"> asks first. */
function confirmSubmit(event) {
  const form = event.target;
  const dialog = document.querySelector("[data-confirm-dialog]");
  if (!form.dataset.confirm || form.dataset.confirmed !== undefined) return;
  event.preventDefault();
  dialog.querySelector("[data-confirm-question]").textContent = form.dataset.confirm;
  const yes = dialog.querySelector("button[data-confirm-yes]");
  yes.textContent = form.dataset.confirmYes ?? "Confirm";
  dialog.returnValue = "cancel";
  dialog.showModal();
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "confirm") submitConfirmed(form, event.submitter);
  }, { once: true });
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

document.addEventListener("click", closeOtherMenus);
document.addEventListener("keydown", closeOnEscape);
document.addEventListener("click", dismiss);
document.addEventListener("submit", confirmSubmit);
