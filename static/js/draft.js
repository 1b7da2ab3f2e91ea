/**
 * Unsaved strokes are stored in the tab's sessionStorage when the page is left, so that a reload or
 * signing in does not lose them. They never leave the browser. Pictures are not stored.
 */

import { takeStored, tryStorage } from "./browser-storage.js";

const NAME = "draft:";

/**
 * Stores the strokes when the page is left while `isUnsaved()`. `user`: "" if not signed in. `about()`: what
 * belongs to them: `key`, the idempotency key with which they may have been sent already, and `corrected`,
 * the text of a number that somebody corrected. Either may be null.
 */
export function keepDraft(ink, { user, isUnsaved, about = () => ({}) }) {
  let isStored = false;
  window.addEventListener("pagehide", () => {
    const { strokes } = ink;
    const isWanted = strokes.length > 0 && isUnsaved();
    if (isWanted) tryStorage(() => sessionStorage.setItem(NAME + user, JSON.stringify({ strokes, ...about() })));
    // Stored before the browser restored the page.
    else if (isStored) tryStorage(() => sessionStorage.removeItem(NAME + user));
    isStored = isWanted;
  });
}

/** Takes what is stored: strokes drawn before signing in, or else this user's. */
export function takeDraft(user) {
  return { strokes: [], key: null, corrected: null, ...(takeStored(NAME) ?? takeStored(NAME + user)) };
}
