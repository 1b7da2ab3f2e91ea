/** A dialog that asks before something is done. */

import { DOUBLE_CLICK, isSecondClick, swallow } from "./double-click.js";
import { gettext } from "./i18n.js";

/**
 * Resolves to whether the person confirmed. `yes` and `no` are the texts of the buttons, `kind`: "danger"
 * for what destroys something, else "primary".
 */
export function confirmed(question, yes = gettext("Confirm"), no = gettext("Cancel"), kind = "danger") {
  const dialog = document.querySelector("[data-confirm-dialog]");
  dialog.querySelector("[data-confirm-question]").textContent = question;
  const button = dialog.querySelector("button[data-confirm-yes]");
  button.textContent = yes;
  button.className = `btn btn-${kind}`;
  dialog.querySelector("button[data-confirm-no]").textContent = no;
  dialog.returnValue = "cancel";
  dialog.showModal();
  return new Promise((resolve) => {
    const answer = () => {
      ignoreSecondClick();
      resolve(dialog.returnValue === "confirm");
    };
    dialog.addEventListener("close", answer, { once: true });
  });
}

/** The second click of a double click on a button must not hit what was behind the dialog. */
function ignoreSecondClick() {
  const ignore = (event) => isSecondClick(event) && swallow(event);
  document.addEventListener("click", ignore, true);
  setTimeout(() => document.removeEventListener("click", ignore, true), DOUBLE_CLICK);
}
