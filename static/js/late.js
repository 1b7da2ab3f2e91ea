/** Scripts that few need are loaded when they are. */

import { gettext } from "./i18n.js";
import { toast } from "./toast.js";

/** What `load`, an import(), gives; null, and a message, if the script cannot be loaded. */
export async function late(load) {
  try {
    return await load();
  } catch {
    toast(gettext("A part of this page cannot be loaded. Check the connection and try again, or reload the page."), "error");
    return null;
  }
}
