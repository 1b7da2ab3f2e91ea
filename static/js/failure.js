/** What failed, and why, as a message at the edge of the page. */

import { fill } from "./i18n.js";
import { signedOut, signInLink } from "./sign-in.js";
import { toast } from "./toast.js";

/**
 * Says it with a link where signing in helps; returns the message's box. `text`: has the place of the reason,
 * and those of `names`.
 */
export function sayFailure(error, text = "%(reason)s", names = {}) {
  const reason = error.isSignedOut ? signedOut() : error.message;
  return toast(fill(text, { ...names, reason }), "error", error.isSignedOut ? signInLink() : null);
}
