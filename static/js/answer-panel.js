/** Shows an answer of the API, and announces it to screen readers once the pen rests. */

import { fill, gettext, number, share } from "./i18n.js";
import { labelName, labelOf, NOT_A_DIGIT } from "./labels.js";
import { paintNetworkInput } from "./network-input.js";
import { indexOf, worth } from "./reliability.js";
import { StableAnswer, probabilityOf } from "./stable-answer.js";

const SPEAK_AFTER = 600;
const TOP = 3;
const NOTHING = { blank: true, is_digit: false, class_probabilities: [], message: "" };

/** 0.98 -> "98%"; never rounds to 0% or 100%. */
export function percent(probability, digits = 0) {
  const smallest = 10 ** -digits;
  const value = probability * 100;
  if (value > 0 && value < smallest) return `<${share(smallest / 100, digits)}`;
  if (value < 100 && value > 100 - smallest) return `>${share(1 - smallest / 100, digits)}`;
  return share(probability, digits);
}

/** The text for screen readers. */
function describe(answer) {
  if (answer.blank) return nothing(answer);
  if (answer.isCorrected) return fill(gettext("%(text)s, corrected by you"), { text: answer.text });
  if (isNumber(answer)) return `${answer.text}, ${sure(answer.text_confidence, { aloud: true })}`;
  if (!answer.is_digit) return `${refusal(answer)}. ${remark(answer, NOT_A_DIGIT)}`.trim();
  return `${answer.digit}, ${sure(answer.confidence, { aloud: true })}`;
}

/** A probability: "98% sure". `aloud`: in words instead of < and >, which screen readers skip. */
export function sure(probability, { aloud = false } = {}) {
  const written = percent(probability);
  const amount = written.replace(/[<>]/, "");
  if (aloud && written.startsWith(">")) return fill(gettext("over %(share)s sure"), { share: amount });
  if (aloud && written.startsWith("<")) return fill(gettext("under %(share)s sure"), { share: amount });
  return fill(gettext("%(share)s sure"), { share: written });
}

export class AnswerPanel {
  #root;
  #numberHint;
  #source;
  #stable = new StableAnswer();
  #speaking = null;

  /**
   * `source()`: "strokes" or "picture", what is answered. `numberHint`: shown beside a number of which
   * there is nothing else to say.
   */
  constructor(root, { source, numberHint = "" }) {
    this.#root = root;
    this.#source = source;
    this.#numberHint = numberHint;
  }

  /** The state for empty paper. */
  blank() {
    this.show(NOTHING);
  }

  /** There is ink but no answer to it: says why instead of that nothing is drawn. */
  unanswered(message, remark = "") {
    if (this.#root.dataset.state !== "blank") return;
    this.#part("message").textContent = message;
    this.#part("sure").textContent = remark;
    this.#speak([message, remark].filter(Boolean).join(". "));
  }

  /** A picture is on its way, so no answer to anything else is shown. `sent`: the share that was sent. */
  reading(sent) {
    this.show(NOTHING, { drawing: true });
    const remark = sent === null ? "" : fill(gettext("%(share)s sent"), { share: share(sent) });
    this.unanswered(gettext("Reading …"), remark);
  }

  /**
   * `answer`: as in the API; with `isCorrected`, a number whose text is a person's. `drawing`: the pen
   * is down, and more answers will follow.
   */
  show(answer, { drawing = false } = {}) {
    if (answer.blank) this.#stable.reset();
    const label = answer.blank ? null : this.#stable.stabilize(answer, { drawing });
    const isDigit = label !== null && label !== NOT_A_DIGIT;
    const root = this.#root;
    const shown = answer.blank ? "" : isDigit ? String(label) : isNumber(answer) ? answer.text : "–";
    root.dataset.state = answer.blank ? "blank" : isDigit ? "digit" : isNumber(answer) ? "number" : "refused";
    root.dataset.answer = label ?? "";
    this.#part("digit").textContent = shown;
    this.#part("digit").style.setProperty("--length", shown.length);
    this.#part("message").textContent = headline(answer, label);
    this.#part("sure").textContent = remark(answer, label) || this.#afterthought(answer);
    this.#part("meta").textContent = origin(answer);
    this.#showTop(answer, isDigit);
    this.#showBars(answer, label);
    this.#showReliability(answer);
    paintNetworkInput(this.#part("network-input"), answer.network_input);
    this.#speak(drawing ? null : describe(answer));
  }

  /** What there is to say if the answer raises no doubts. */
  #afterthought(answer) {
    if (isNumber(answer)) return answer.marks.length ? this.#numberHint : "";
    return answer.is_digit ? worth(this.#source(), answer.confidence) : "";
  }

  /** How often such answers are right, in the tab about it; the home page has none. */
  #showReliability(answer) {
    const words = this.#root.querySelector("[data-reliability-words]");
    if (!words || answer.blank || isNumber(answer)) return;
    const source = this.#source();
    words.textContent = worth(source, answer.confidence) || gettext("No answer of this confidence was measured.");
    for (const picture of this.#root.querySelectorAll("[data-reliability]")) {
      const isShown = picture.dataset.reliability === source;
      picture.hidden = !isShown;
      const now = isShown ? indexOf(source, answer.confidence) : -1;
      picture.querySelectorAll(".chart-mark").forEach((bin, index) => bin.toggleAttribute("data-now", index === now));
    }
  }

  #showTop({ class_probabilities: shares }, isDigit) {
    const list = this.#part("top");
    list.hidden = !isDigit;
    if (!isDigit) return;
    const likeliest = shares.map((share, label) => ({ share, label })).sort((a, b) => b.share - a.share);
    list.replaceChildren(
      ...likeliest.slice(0, TOP).map(({ share, label }) => {
        const item = document.createElement("li");
        const name = document.createElement("b");
        name.textContent = label === NOT_A_DIGIT ? "–" : label;
        if (label === NOT_A_DIGIT) name.title = labelName(label);
        item.append(name, percent(share));
        return item;
      }),
    );
  }

  /** The probabilities of one digit or none, which add up to 100%; of a number, how sure each of its marks is. */
  #showBars(answer, label) {
    const blank = answer.blank || isNumber(answer);
    const marks = isNumber(answer) ? answer.marks : [];
    this.#part("mark-bars").hidden = !isNumber(answer);
    this.#part("mark-bars").replaceChildren(...marks.map(markBar));
    const shares = blank ? [] : answer.class_probabilities;
    for (const bar of this.#root.querySelectorAll("[data-bar]")) {
      const share = shares[Number(bar.dataset.bar)] ?? 0;
      bar.style.setProperty("--p", share.toFixed(4));
      bar.querySelector("[data-value]").textContent = blank ? "–" : percent(share, 1);
      bar.toggleAttribute("data-best", !blank && Number(bar.dataset.bar) === label);
    }
  }

  /** Debounced: a screen reader hears the answer to finished ink, not ten answers a second. */
  #speak(words) {
    clearTimeout(this.#speaking);
    if (words === null) return;
    this.#speaking = setTimeout(() => {
      this.#part("spoken").textContent = words;
    }, SPEAK_AFTER);
  }

  #part(name) {
    return this.#root.querySelector(`[data-${name}]`);
  }
}

/** The row of a digit or sign of a number, as those of partials/bars.html. */
function markBar({ text, confidence, isCorrected }) {
  const [row, track] = [element("li", "bar"), element("span", "bar-track")];
  row.style.setProperty("--p", confidence.toFixed(4));
  track.append(element("span", "bar-fill"));
  const value = element("span", "bar-value", isCorrected ? "✓" : percent(confidence, 1));
  if (isCorrected) value.title = gettext("Corrected by you");
  row.append(element("span", "bar-name", text), track, value);
  return row;
}

const element = (kind, className, textContent = "") =>
  Object.assign(document.createElement(kind), { className, textContent });

/** Whether an answer is a number of several digits. */
export const isNumber = ({ reason, text }) => reason === "several" && Boolean(text);

function headline(answer, label) {
  if (answer.blank) return nothing(answer);
  if (answer.isCorrected) return gettext("Corrected by you");
  if (label === NOT_A_DIGIT && isNumber(answer)) return sure(answer.text_confidence);
  if (label === NOT_A_DIGIT) return refusal(answer);
  return sure(probabilityOf(answer, label));
}

/** An answer to a picture has a message about what is missing. */
const nothing = ({ message }) => (message ? gettext("No digit found") : gettext("Nothing drawn yet"));

const REFUSALS = {
  unsure: gettext("Uncertain"),
  unknown: gettext("No digit recognized"),
};
const refusal = ({ reason }) => REFUSALS[reason] ?? gettext("Not a digit");

function remark(answer, label) {
  if (answer.blank) return answer.message || gettext("A digit or a number, any size.");
  if (label !== labelOf(answer)) return fill(gettext("Could be %(label)s."), { label: labelName(labelOf(answer)) });
  return answer.message ?? "";
}

function origin({ version, latency_ms: latency }) {
  if (version === undefined || version === null) return "\u00a0";
  const time = typeof latency === "number" ? ` · ${number(latency, latency < 10 ? 1 : 0)} ms` : "";
  return `${fill(gettext("Version %(number)s"), { number: version })}${time}`;
}
