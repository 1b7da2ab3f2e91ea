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
    if (dialog.returnValue !== "confirm") return;
    form.dataset.confirmed = "";
    form.requestSubmit(event.submitter);
  }, { once: true });
}

document.addEventListener("click", closeOtherMenus);
document.addEventListener("keydown", closeOnEscape);
document.addEventListener("click", dismiss);
document.addEventListener("submit", confirmSubmit);
