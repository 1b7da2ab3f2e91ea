/** Shows an answer of the API in the panel, and says it once the pen rests. */

export const NOT_A_DIGIT = 10;
const SURE = 0.8;
const SPEAK_AFTER = 600;

export const labelName = (label) => (label === NOT_A_DIGIT ? "not a digit" : String(label));

/** The class an answer stands for: 0..9, or NOT_A_DIGIT. */
export const labelOf = (answer) => (answer.is_digit ? answer.digit : NOT_A_DIGIT);

/** 0.98 -> "98%"; never rounds to a certainty that nobody has. */
export function percent(probability, digits = 0) {
  const smallest = 10 ** -digits;
  const value = probability * 100;
  if (value > 0 && value < smallest) return `<${smallest}%`;
  if (value < 100 && value > 100 - smallest) return `>${(100 - smallest).toFixed(digits)}%`;
  return `${value.toFixed(digits)}%`;
}

/** What is said aloud. */
export function describe(answer) {
  if (answer.blank) return "Nothing drawn yet";
  const name = answer.is_digit ? String(answer.digit) : "Not a digit";
  const share = percent(answer.confidence).replace(">", "over ").replace("<", "under ");
  return `${name}, ${share} sure`;
}

export class AnswerPanel {
  #root;
  #speaking = null;

  constructor(root) {
    this.#root = root;
  }

  /** Ten zeros and the words for empty paper. */
  blank() {
    this.show({ blank: true, is_digit: false, probabilities: Array(10).fill(0), top: [] });
  }

  /** There is ink, and no answer to it: empty paper must not be claimed. */
  unanswered() {
    if (this.#root.dataset.state !== "blank") return;
    this.#part("message").textContent = "No answer yet";
    this.#part("sure").textContent = "";
  }

  show(answer) {
    const root = this.#root;
    root.dataset.state = answer.blank ? "blank" : answer.is_digit ? "digit" : "refused";
    root.dataset.answer = answer.blank ? "" : labelOf(answer);
    this.#part("digit").textContent = answer.blank ? "" : answer.is_digit ? answer.digit : "–";
    this.#part("message").textContent = headline(answer);
    this.#part("sure").textContent = sureness(answer);
    this.#part("meta").textContent = origin(answer);
    this.#showTop(answer);
    this.#showBars(answer);
    paintField(this.#part("field"), answer.field);
    this.#speak(describe(answer));
  }

  #showTop({ top, is_digit: isDigit }) {
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

  #showBars({ probabilities, digit, blank }) {
    for (const bar of this.#root.querySelectorAll("[data-bar]")) {
      const probability = probabilities[Number(bar.dataset.bar)] ?? 0;
      bar.style.setProperty("--p", probability.toFixed(4));
      bar.querySelector("[data-value]").textContent = blank ? "–" : percent(probability, 1);
      bar.toggleAttribute("data-best", !blank && Number(bar.dataset.bar) === digit);
    }
  }

  /** A screen reader hears the answer that stays, not ten a second. */
  #speak(words) {
    clearTimeout(this.#speaking);
    this.#speaking = setTimeout(() => {
      this.#part("spoken").textContent = words;
    }, SPEAK_AFTER);
  }

  #part(name) {
    return this.#root.querySelector(`[data-${name}]`);
  }
}

function headline(answer) {
  if (answer.blank) return "Nothing drawn yet";
  if (!answer.is_digit) return "Not a digit";
  return `${percent(answer.confidence)} sure`;
}

function sureness(answer) {
  if (answer.blank) return "One digit, any size.";
  if (!answer.is_digit) return `${percent(answer.confidence)} sure`;
  return answer.confidence < SURE ? "Could be another digit" : "";
}

function origin({ version, latency_ms: latency }) {
  if (version === undefined || version === null) return "\u00a0";
  const time = typeof latency === "number" ? ` · ${latency.toFixed(latency < 10 ? 1 : 0)} ms` : "";
  return `Version ${version}${time}`;
}

/** `field`: base64 of 784 grey values, row by row; without it the picture is empty. */
function paintField(canvas, field) {
  const image = new ImageData(28, 28);
  Array.from(atob(field ?? ""), (byte) => byte.charCodeAt(0)).forEach((grey, i) => {
    image.data.set([grey, grey, grey, 255], i * 4);
  });
  canvas.getContext("2d").putImageData(image, 0, 0);
}
