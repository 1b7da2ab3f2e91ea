/** Asking somebody to sign in again, in another tab, so that this page keeps what it holds. */

import { gettext } from "./i18n.js";

export const signedOut = () => gettext("You are signed out.");

/** A link to the page for signing in. */
export function signInLink() {
  const link = document.createElement("a");
  Object.assign(link, { href: document.body.dataset.signIn, target: "_blank", rel: "noopener" });
  link.textContent = gettext("Sign in again");
  return link;
}

/** Shows a failure in an element: a message, and where signing in helps the link to do so. */
export function showTrouble(element, words, error) {
  element.textContent = words;
  if (error.isSignedOut) element.append(" ", signInLink());
}
