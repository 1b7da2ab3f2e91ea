/**
 * What the studio says about saving: one line of text, the row of labels, the button that Enter presses,
 * and the field for a number. They always have their places.
 */

import { fill, gettext } from "./i18n.js";
import { labelName, labelOfDrawing } from "./labels.js";
import { showTrouble, signedOut } from "./sign-in.js";

export class Verdict {
  #root;

  constructor(root) {
    this.#root = root;
  }

  /**
   * `state`: blank, drawn, saving or saved. `drawing`: from the API, null unless saved. `wanted`: a label
   * that the server does not have yet, or null. `suggestion`: the label that Enter gives, or null.
   * `trouble`: why the label has not arrived, or null.
   */
  show({ state, drawing, wanted, suggestion, trouble }) {
    const label = wanted ?? (drawing ? labelOfDrawing(drawing) : null);
    const root = this.#root;
    root.dataset.state = state;
    const save = this.#part("save");
    const hadFocus = document.activeElement === save;
    save.hidden = state === "saved";
    save.disabled = state !== "drawn";
    this.#showLabels({ state, label, suggestion });
    this.#showNext({ state, label, suggestion });
    this.#showNumber({ state, number: numberOf(label ?? suggestion) });
    this.#showWords({ state, drawing, wanted, label, trouble });
    this.#showLink(drawing);
    if (hadFocus && save.disabled) this.#part("right").focus({ preventScroll: true });
  }

  #showLabels({ state, label, suggestion }) {
    for (const key of this.#root.querySelectorAll("[data-label]")) {
      const own = Number(key.dataset.label);
      key.disabled = state === "blank";
      key.setAttribute("aria-pressed", String(own === label));
      key.toggleAttribute("data-suggested", label === null && own === suggestion);
    }
  }

  /** The button that Enter presses. It keeps the focus, so it is never disabled while it is used. */
  #showNext({ state, label, suggestion }) {
    const next = this.#part("right");
    const asks = label === null && suggestion !== null && state !== "saving";
    next.disabled = state === "blank" && document.activeElement !== next;
    next.setAttribute("aria-disabled", String(state === "saving" || state === "blank"));
    next.querySelector("svg").toggleAttribute("hidden", !asks);
    const text = asks ? rightly(suggestion, state) : (NEXT[state] ?? gettext("Save"));
    this.#part("right-text").textContent = text;
    next.title = state === "saved" && !asks ? gettext("New drawing (Escape)") : fill(gettext("%(what)s (Enter)"), { what: text });
  }

  #showNumber({ state, number }) {
    for (const part of this.#part("number-form").elements) part.disabled = state === "blank";
    if (document.activeElement !== this.#part("number")) this.#part("number").value = number;
  }

  #showWords({ state, drawing, wanted, label, trouble }) {
    const text = this.#part("verdict-text");
    text.toggleAttribute("data-trouble", Boolean(trouble));
    if (trouble) showTrouble(text, fill(gettext("The label is not saved yet. %(reason)s"), { reason: inWords(trouble) }), trouble);
    else text.textContent = words({ state, drawing, wanted, label });
  }

  #showLink(drawing) {
    const link = this.#part("saved-link");
    link.hidden = !drawing;
    if (!drawing) return;
    link.href = drawing.url ?? link.dataset.pattern.replace("/0/", `/${drawing.id}/`);
    link.textContent = fill(gettext("Drawing %(number)s"), { number: drawing.id });
  }

  #part(name) {
    return this.#root.querySelector(`[data-${name}]`);
  }
}

const NEXT = { saving: gettext("Saving…"), saved: gettext("New drawing") };

/** The text of a number for its input; empty for a digit, which has a button. */
const numberOf = (label) => (typeof label === "string" && label.length > 1 ? label : "");

function rightly(label, state) {
  const text = state === "saved" ? gettext("Right, it is %(label)s") : gettext("Save as %(label)s");
  return fill(text, { label: labelName(label) });
}

function words({ state, drawing, wanted, label }) {
  if (state === "blank") return gettext("Draw, then press what it is.");
  if (state === "drawn") return gettext("What is it?");
  if (state === "saving") return gettext("Saving…");
  if (label === null) return drawing.answer ? gettext("Saved. Is the answer right?") : gettext("Saved.");
  if (wanted !== null) return gettext("Saved.");
  const isPending = drawing.label_state === "pending";
  const text = isPending ? gettext("Labeled %(label)s. It waits for a reviewer.") : gettext("Labeled %(label)s.");
  return fill(text, { label: labelName(label) });
}

function inWords({ status, message, isSignedOut }) {
  if (isSignedOut) return signedOut();
  return status === 0 ? gettext("It is sent when the connection is back.") : message;
}
