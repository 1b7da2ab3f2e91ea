/**
 * Ink that was not saved goes along to the next page of this tab: a reload, a look at the history
 * or signing in loses nothing. None of it leaves the browser. Pictures are not kept.
 */

import { tryStorage } from "./browser-storage.js";

const NAME = "draft:";

/** Puts the strokes aside whenever the page is left while `isUnsaved()`. `user`: "" is nobody. */
export function keepDraft(ink, { user, isUnsaved }) {
  let isPut = false;
  window.addEventListener("pagehide", () => {
    const { strokes } = ink;
    const isWanted = strokes.length > 0 && isUnsaved();
    if (isWanted) tryStorage(() => sessionStorage.setItem(NAME + user, JSON.stringify(strokes)));
    else if (isPut) tryStorage(() => sessionStorage.removeItem(NAME + user)); // the page had come back
    isPut = isWanted;
  });
}

/** The strokes put aside, once: those drawn before signing in, or else this user's. */
export function takeDraft(user) {
  return tryStorage(() => take(NAME) ?? take(NAME + user)) ?? [];
}

function take(name) {
  const kept = sessionStorage.getItem(name);
  sessionStorage.removeItem(name);
  return JSON.parse(kept);
}
