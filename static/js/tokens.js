/** Copies the secret of a new token, and the example. `data-copy`: the id of what is copied. */

import { copied } from "./copy.js";
import { gettext } from "./i18n.js";
import { toast } from "./toast.js";

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  if (await copied(document.getElementById(button.dataset.copy).textContent)) toast(gettext("Copied."), "success");
  else toast(gettext("The browser does not allow to copy here. Select the text instead."), "error");
});
