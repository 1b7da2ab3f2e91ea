/** A confirmation dialog for actions that cannot be undone. */

import { gettext } from "./i18n.js";

/** Resolves to whether the person confirmed. `yes` and `no` are the texts of the buttons. */
export function confirmed(question, yes = gettext("Confirm"), no = gettext("Cancel")) {
  const dialog = document.querySelector("[data-confirm-dialog]");
  dialog.querySelector("[data-confirm-question]").textContent = question;
  dialog.querySelector("button[data-confirm-yes]").textContent = yes;
  dialog.querySelector("button[data-confirm-no]").textContent = no;
  dialog.returnValue = "cancel";
  dialog.showModal();
  return new Promise((resolve) => {
    const answer = () => resolve(dialog.returnValue === "confirm");
    dialog.addEventListener("close", answer, { once: true });
  });
}
