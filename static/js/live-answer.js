/** Keeps the shown answer up to date with the ink: requests it, shows it, reports failures. */

import { gettext } from "./i18n.js";
import { LiveRequests } from "./live-requests.js";
import { showTrouble, signedOut } from "./sign-in.js";

export class LiveAnswer {
  #ink;
  #panel;
  #notice;
  #box;
  #isSignedOut = false;
  #kept = new WeakMap(); // picture -> its id at the server, which has it for some time
  #answered = null; // the paper that has an answer

  /**
   * `root` holds the notice for failures, and the answer that is marked as stale meanwhile. `keep`: the
   * server keeps pictures for some time, so that they are not sent again.
   */
  constructor({ root, ink, panel, api, keep = false }) {
    this.#ink = ink;
    this.#panel = panel;
    this.#notice = root.querySelector("[data-trouble]");
    this.#box = root.querySelector("[data-answer]");
    const onSent = (sent) => this.#reading(sent);
    this.requests = new LiveRequests((payload, options) => api.recognize(payload, { ...options, keep, onSent }));
    this.requests.addEventListener("answer", ({ detail }) => {
      this.#answered = ink.paper;
      if (detail.kept && ink.picture) this.#kept.set(ink.picture, detail.kept);
      panel.show(detail, { drawing: ink.active !== null });
    });
    this.requests.addEventListener("trouble", ({ detail }) => this.showTrouble(detail));
    window.addEventListener("online", () => this.requests.wake());
    // Somebody may have signed in again in another tab.
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.#isSignedOut) this.update({ now: true });
    });
  }

  /** What the server is to recognize: the picture or the strokes. */
  payload() {
    const { picture } = this.#ink;
    return picture ? { image: picture.file, kept: this.#kept.get(picture) } : { strokes: this.#ink.toJSON() };
  }

  /** The payload to save. A picture that is on its way is not sent a second time. */
  async payloadToSave() {
    const { picture } = this.#ink;
    if (!picture) {
      this.requests.cancel(); // the answer comes with the drawing
      return this.payload();
    }
    await this.requests.settled();
    return { image: picture.file, kept: this.#kept.get(picture) };
  }

  update({ now }) {
    if (!this.#ink.isBlank) {
      if (this.#ink.picture && this.#answered !== this.#ink.paper) this.#reading(null);
      this.requests.request(() => this.payload(), { now });
      return;
    }
    this.requests.cancel();
    this.#panel.blank();
    this.showTrouble(null);
  }

  /** A picture may be on its way for long. `sent`: the share that was sent, null if it is not known. */
  #reading(sent) {
    if (this.#ink.picture) this.#panel.reading(sent);
  }

  /** Shows a failure without interrupting drawing; null clears it. */
  showTrouble(error) {
    this.#notice.hidden = !error;
    this.#isSignedOut = Boolean(error?.isSignedOut);
    const isRefused = this.#ink.picture && error && !error.isPassing && !error.isSignedOut;
    this.#box.toggleAttribute("data-stale", Boolean(error) && !isRefused);
    if (!error) return;
    if (isRefused) {
      this.#panel.unanswered(gettext("The picture cannot be read"), error.message);
      this.#notice.hidden = true;
      return;
    }
    this.#panel.unanswered(gettext("No answer yet"));
    showTrouble(this.#notice, inWords(error), error);
  }
}

function inWords({ status, code, message, isPassing, isSignedOut }) {
  if (status === 0) return gettext("Offline. Answers resume when the connection is back.");
  if (isSignedOut) return signedOut();
  if (status === 429) return gettext("Too many requests. The answer follows shortly.");
  if (isPassing && code !== "unavailable") return gettext("The server does not respond. Trying again.");
  return message;
}
