/** The answer follows the ink: it is asked for as the ink grows, shown as it comes. */

import { Live } from "./live.js";
import { gettext } from "./words.js";

export class Following {
  #ink;
  #panel;
  #note;
  #box;

  /** In `root` trouble is told: quietly on the paper, and by an answer that looks old. */
  constructor({ root, ink, panel, api }) {
    this.#ink = ink;
    this.#panel = panel;
    this.#note = root.querySelector("[data-trouble]");
    this.#box = root.querySelector("[data-answer]");
    this.live = new Live((reading, options) => api.recognise(reading, options));
    this.live.addEventListener("answer", ({ detail }) => {
      panel.show(detail, { drawing: ink.active !== null });
    });
    this.live.addEventListener("trouble", ({ detail }) => this.say(detail));
    window.addEventListener("online", () => this.live.wake());
  }

  /** What the server is asked to read: the picture, or the strokes. */
  reading() {
    const { picture } = this.#ink;
    return picture ? { image: picture.file } : { strokes: this.#ink.toJSON() };
  }

  ask({ now }) {
    if (!this.#ink.isBlank) {
      this.live.want(() => this.reading(), { now });
      return;
    }
    this.live.cancel();
    this.#panel.blank();
    this.say(null);
  }

  /** Drawing goes on meanwhile; null: it is over. */
  say(error) {
    this.#note.hidden = !error;
    this.#box.toggleAttribute("data-stale", Boolean(error));
    if (!error) return;
    this.#panel.unanswered();
    this.#note.textContent = inWords(error);
  }
}

function inWords({ status, code, message, isPassing, isSignedOut }) {
  if (status === 0) return gettext("Offline. Answers resume with the connection.");
  if (isSignedOut) return gettext("You are signed out. Sign in again.");
  if (status === 429) return gettext("Too many questions. The answer follows shortly.");
  if (isPassing && code !== "unavailable") return gettext("The server does not answer. Trying again.");
  return message;
}
