/** Shows an answer of the API, and announces it to screen readers once the pen rests. */

import { fill, gettext, number, share } from "./i18n.js";
import { labelName, labelOf, NOT_A_DIGIT } from "./labels.js";
import { paintNetworkInput } from "./network-input.js";
import { StableAnswer, probabilityOf } from "./stable-answer.js";

const SPEAK_AFTER = 600;

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
  if (answer.blank) return gettext("Nothing drawn yet");
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
  #stable = new StableAnswer();
  #speaking = null;

  /** `numberHint`: shown beside a number of which there is nothing else to say. */
  constructor(root, { numberHint = "" } = {}) {
    this.#root = root;
    this.#numberHint = numberHint;
  }

  /** The state for empty paper: all probabilities are zero. */
  blank() {
    this.show({ blank: true, is_digit: false, probabilities: Array(10).fill(0), top: [] });
  }

  /** There is ink but no answer yet, so the panel must not say that nothing is drawn. */
  unanswered() {
    if (this.#root.dataset.state !== "blank") return;
    this.#part("message").textContent = gettext("No answer yet");
    this.#part("sure").textContent = "";
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
    const hint = root.dataset.state === "number" ? this.#numberHint : "";
    this.#part("sure").textContent = remark(answer, label) || hint;
    this.#part("meta").textContent = origin(answer);
    this.#showTop(answer.top, isDigit);
    this.#showBars(answer, label);
    paintNetworkInput(this.#part("network-input"), answer.network_input);
    this.#speak(drawing ? null : describe(answer));
  }

  #showTop(top, isDigit) {
    const list = this.#part("top");
    list.hidden = top.length === 0 || !isDigit;
    list.replaceChildren(
      ...top.map(({ digit, probability }) => {
        const item = document.createElement("li");
        const name = document.createElement("b");
        name.textContent = digit;
        item.append(name, percent(probability));
        return item;
      }),
    );
  }

  /** The probabilities are those of one digit, so a number has none. */
  #showBars(answer, label) {
    const blank = answer.blank || isNumber(answer);
    const probabilities = blank ? [] : answer.probabilities;
    for (const bar of this.#root.querySelectorAll("[data-bar]")) {
      const probability = probabilities[Number(bar.dataset.bar)] ?? 0;
      bar.style.setProperty("--p", probability.toFixed(4));
      bar.querySelector("[data-value]").textContent = blank ? "–" : percent(probability, 1);
      bar.toggleAttribute("data-best", Number(bar.dataset.bar) === label);
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

/** Whether an answer is a number of several digits. */
export const isNumber = ({ reason, text }) => reason === "several" && Boolean(text);

function headline(answer, label) {
  if (answer.blank) return gettext("Nothing drawn yet");
  if (answer.isCorrected) return gettext("Corrected by you");
  if (label === NOT_A_DIGIT && isNumber(answer)) return sure(answer.text_confidence);
  if (label === NOT_A_DIGIT) return refusal(answer);
  return sure(probabilityOf(answer, label));
}

const REFUSALS = {
  unsure: gettext("Uncertain"),
  unknown: gettext("No digit recognized"),
};
const refusal = ({ reason }) => REFUSALS[reason] ?? gettext("Not a digit");

function remark(answer, label) {
  if (answer.blank) return gettext("A digit or a number, any size.");
  if (label !== labelOf(answer)) return fill(gettext("Could be %(label)s."), { label: labelName(labelOf(answer)) });
  if (answer.reason === "unknown") return sure(answer.confidence); // the headline says the rest
  return answer.message ?? "";
}

function origin({ version, latency_ms: latency }) {
  if (version === undefined || version === null) return "\u00a0";
  const time = typeof latency === "number" ? ` · ${number(latency, latency < 10 ? 1 : 0)} ms` : "";
  return `${fill(gettext("Version %(number)s"), { number: version })}${time}`;
}
