/**
 * Unsaved strokes are stored in the tab's sessionStorage when the page is left, so that a reload or
 * signing in does not lose them. They never leave the browser. Pictures are not stored.
 */

import { takeStored, tryStorage } from "./browser-storage.js";

const NAME = "draft:";

/**
 * Stores the strokes when the page is left while `isUnsaved()`. `user`: "" if not signed in. `continued()`: the
 * id of the saved drawing that they continue, or null. `about()`: what belongs to them: `key`, the idempotency
 * key with which they may have been sent already, `wanted`, the label that they were being saved with, and
 * `corrected`, the text of a number that somebody corrected. Each may be null.
 */
export function keepDraft(ink, { user, isUnsaved, continued = () => null, about = () => ({}) }) {
  let stored = null; // the name, if the browser restores the page later
  window.addEventListener("pagehide", () => {
    const { strokes } = ink;
    if (stored) tryStorage(() => sessionStorage.removeItem(stored));
    stored = strokes.length > 0 && isUnsaved() ? nameOf(user, continued()) : null;
    if (stored) tryStorage(() => sessionStorage.setItem(stored, JSON.stringify({ strokes, ...about() })));
  });
}

/** Takes what is stored for a saved drawing; for none, strokes drawn before signing in or else this user's. */
export function takeDraft(user, drawing = null) {
  const stored = (drawing === null && takeStored(NAME)) || takeStored(nameOf(user, drawing));
  return { strokes: [], key: null, wanted: null, corrected: null, ...stored };
}

const nameOf = (user, drawing) => (drawing === null ? NAME + user : `${NAME}${user}:${drawing}`);
