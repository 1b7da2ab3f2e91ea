/** A question before what is final, in the page's own dialog. */

import { gettext } from "./words.js";

/** Whether the person says yes; `yes` is what that button says. */
export function confirmed(question, yes = gettext("Confirm")) {
  const dialog = document.querySelector("[data-confirm-dialog]");
  dialog.querySelector("[data-confirm-question]").textContent = question;
  dialog.querySelector("button[data-confirm-yes]").textContent = yes;
  dialog.returnValue = "cancel";
  dialog.showModal();
  return new Promise((resolve) => {
    const answer = () => resolve(dialog.returnValue === "confirm");
    dialog.addEventListener("close", answer, { once: true });
  });
}
