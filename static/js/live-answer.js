/** Keeps the shown answer up to date with the ink: requests it, shows it, reports failures. */

import { gettext } from "./i18n.js";
import { LiveRequests } from "./live-requests.js";

export class LiveAnswer {
  #ink;
  #panel;
  #notice;
  #box;

  /** `root` holds the notice for failures, and the answer that is marked as stale meanwhile. */
  constructor({ root, ink, panel, api }) {
    this.#ink = ink;
    this.#panel = panel;
    this.#notice = root.querySelector("[data-trouble]");
    this.#box = root.querySelector("[data-answer]");
    this.requests = new LiveRequests((payload, options) => api.recognize(payload, options));
    this.requests.addEventListener("answer", ({ detail }) => {
      panel.show(detail, { drawing: ink.active !== null });
    });
    this.requests.addEventListener("trouble", ({ detail }) => this.showTrouble(detail));
    window.addEventListener("online", () => this.requests.wake());
  }

  /** What the server is to recognize: the picture or the strokes. */
  payload() {
    const { picture } = this.#ink;
    return picture ? { image: picture.file } : { strokes: this.#ink.toJSON() };
  }

  update({ now }) {
    if (!this.#ink.isBlank) {
      this.requests.request(() => this.payload(), { now });
      return;
    }
    this.requests.cancel();
    this.#panel.blank();
    this.showTrouble(null);
  }

  /** Shows a failure without interrupting drawing; null clears it. */
  showTrouble(error) {
    this.#notice.hidden = !error;
    this.#box.toggleAttribute("data-stale", Boolean(error));
    if (!error) return;
    this.#panel.unanswered();
    this.#notice.textContent = inWords(error);
  }
}

function inWords({ status, code, message, isPassing, isSignedOut }) {
  if (status === 0) return gettext("Offline. Answers resume when the connection is back.");
  if (isSignedOut) return gettext("You are signed out. Sign in again.");
  if (status === 429) return gettext("Too many requests. The answer follows shortly.");
  if (isPassing && code !== "unavailable") return gettext("The server does not respond. Trying again.");
  return message;
}
