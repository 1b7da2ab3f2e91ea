/** The view of the review page: the item in front, the counts and the last answers. */

import { fill, gettext, moment, ngettext } from "./i18n.js";
import { labelName, NOT_A_DIGIT } from "./labels.js";
import { paintNetworkInput } from "./network-input.js";
import { showTrouble } from "./sign-in.js";

export const MOST = 99; // highest number that is shown; the server counts one further (review_queue.py)
const RECENT = 6;
const MINUTE = 60_000;
const AT_LEAST = 10_000; // ms; the minimum time over which the pace is computed

export class ReviewView {
  #root;
  #times = []; // times of the answers of the last minute

  constructor(root) {
    this.#root = root;
  }

  /** `state`: "loading", "item", "waiting" (for the connection) or "empty". */
  state(state) {
    const before = this.#root.dataset.state;
    if (before === state) return;
    this.#root.dataset.state = state;
    this.#part("empty").hidden = state !== "empty";
    this.#part("desk").hidden = state === "empty";
    if (state === "empty" && before !== "loading") this.#part("empty-title").focus();
  }

  item(item) {
    const { path, picture, network_input } = item;
    this.#part("ink").querySelector("path").setAttribute("d", path ?? "");
    this.#part("ink").hidden = !path;
    this.#part("picture").hidden = !picture;
    if (picture) this.#part("picture").src = picture;
    else this.#part("picture").removeAttribute("src");
    paintNetworkInput(this.#part("network-input"), network_input);
    this.#part("who").textContent = origin(item);
    this.#part("when").textContent = `, ${moment(item.at)}`;
    this.#part("link").href = item.url;
    this.#part("known").textContent = known(item);
    const what = fill(gettext("Drawing %(number)s"), { number: item.drawing });
    this.#part("paper").setAttribute("aria-label", `${what}. ${origin(item)}, ${moment(item.at)}`);
    this.number.value = "";
    if (item.is_number) this.number.focus();
    else this.number.blur();
    const sheet = this.#part("sheet");
    sheet.getAnimations().forEach((animation) => animation.finish());
    if (this.#mayMove) sheet.animate([{ opacity: 0.2 }, { opacity: 1 }], { duration: 90 });
  }

  /** The field for a number. */
  get number() {
    return this.#part("number");
  }

  /** "drawing" or "network-input". */
  picture(name) {
    this.#part("paper").dataset.shown = name;
    for (const button of this.#root.querySelectorAll("[data-show]")) {
      button.setAttribute("aria-pressed", String(button.dataset.show === name));
    }
  }

  counts({ labels, doubtful, done }) {
    this.#part("labels").textContent = shown(labels);
    this.#part("labels-words").textContent = ngettext("label waiting", "labels waiting", labels);
    this.#part("doubtful").textContent = shown(doubtful);
    for (const place of this.#root.querySelectorAll("[data-done]")) place.textContent = done;
    this.#part("none").hidden = labels > 0;
    this.#part("away").hidden = labels === 0;
    const inMenu = document.querySelector("[data-waiting]");
    if (!inMenu) return;
    inMenu.textContent = shown(labels);
    inMenu.hidden = labels === 0;
  }

  answered() {
    this.#times.push(performance.now());
    this.pace();
  }

  /** Shows the number of answers per minute, over the last minute. */
  pace() {
    const now = performance.now();
    this.#times = this.#times.filter((time) => now - time < MINUTE);
    const span = Math.max(AT_LEAST, now - (this.#times[0] ?? now));
    const pace = Math.round((this.#times.length * MINUTE) / span);
    this.#part("pace").textContent = this.#times.length < 3 ? "" : fill(gettext("%(count)s a minute"), { count: pace });
  }

  /** Adds a line for an answer; returns a function that shows the result in it. */
  remember({ path, picture, url, drawing }, label) {
    const line = this.#part("recent-template").content.firstElementChild.cloneNode(true);
    const part = (name) => line.querySelector(`[data-${name}]`);
    line.href = url;
    part("thumb").querySelector("path").setAttribute("d", path ?? "");
    part("thumb").hidden = !path;
    part("image").hidden = !picture;
    if (picture) part("image").src = picture;
    line.setAttribute("aria-label", fill(gettext("Drawing %(number)s"), { number: drawing }));
    part("words").textContent = label === null ? gettext("Skipped") : fill(gettext("You: %(label)s"), { label: labelSign(label) });
    this.#part("recent").prepend(line);
    while (this.#part("recent").children.length > RECENT) this.#part("recent").lastChild.remove();
    this.#part("recent-empty").hidden = true;
    return (words, state, badge) => {
      part("words").textContent = words;
      part("badge").dataset.state = state;
      part("badge").textContent = badge;
      part("badge").hidden = !badge;
    };
  }

  /** Null: there is none. */
  trouble(words, error) {
    const note = this.#part("trouble");
    note.hidden = !error;
    if (error) showTrouble(note, words, error);
  }

  contradictions(words) {
    const note = this.#part("contradictions");
    note.hidden = !words;
    note.textContent = words;
  }

  say(words) {
    this.#part("spoken").textContent = words;
  }

  get #mayMove() {
    return !matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  #part(name) {
    return this.#root.querySelector(`[data-${name}]`);
  }
}

const shown = (count) => (count > MOST ? `${MOST}+` : count);

function origin({ correction, by }) {
  return fill(correction === null ? gettext("Drawn by %(person)s") : gettext("Labeled by %(person)s"), { person: by });
}

/** One character: a digit, or a dash for "not a digit". */
export const labelSign = (label) => (label === NOT_A_DIGIT ? "–" : String(label));

/** The label and the answer; empty in blind review. */
function known({ given, answer }) {
  const parts = [];
  if (given !== null) parts.push(fill(gettext("Label: %(label)s"), { label: labelName(given) }));
  if (answer !== null) parts.push(fill(gettext("Answer: %(label)s"), { label: labelName(answer) }));
  return parts.join(" · ");
}
