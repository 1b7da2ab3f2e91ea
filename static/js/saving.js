/**
 * Saves a drawing, and its label afterwards.
 *
 * The state is shown as data-state: blank, drawn, saving or saved. It belongs to a paper (the object
 * `ink.paper`): a changed paper is a new, unsaved drawing. Undo returns to the saved paper.
 */

import { isNumber } from "./answer-panel.js";
import { fill, gettext } from "./i18n.js";
import { labelFor, labelName, labelOf, labelOfDrawing } from "./labels.js";
import { allowOnlyNumbers } from "./number-input.js";
import { randomKey } from "./random-key.js";
import { toast } from "./toast.js";

const DOUBLE_TAP = { ms: 700, px: 48 }; // the largest time and distance between two taps
const SAVE = { saving: gettext("Saving…"), saved: gettext("Saved") };

/** Emits "type" (detail: the text of a number that somebody typed). */
export class Saving extends EventTarget {
  #root;
  #api;
  #records = new WeakMap(); // paper -> {drawing, wanted, isLabeling, isOpened}
  #keys = new WeakMap(); // paper -> its idempotency key: what is sent again is stored once
  #corrections = new WeakMap(); // paper -> the text of a number that somebody corrected
  #paper = null;
  #savedBy = null; // the click event

  constructor(root, api) {
    super();
    this.#root = root;
    this.#api = api;
    this.#find("save").addEventListener("click", (click) => (this.#savedBy = click));
    this.#find("verdict").addEventListener("click", (click) => this.#isMeantForSave(click) && swallow(click), true);
    this.#find("right").addEventListener("click", () => this.confirm());
    window.addEventListener("resize", () => (root.style.minBlockSize = ""));
    this.#find("labels").addEventListener("click", ({ target }) => {
      const key = target.closest("[data-label]");
      if (key) this.label(Number(key.dataset.label));
    });
    this.#find("number-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#type(this.#find("number").value.trim());
    });
    allowOnlyNumbers(this.#find("number"));
  }

  /** The paper is saved, or being saved. */
  get isSavedOrSaving() {
    return this.#record !== undefined;
  }

  get isSaved() {
    return Boolean(this.#record?.drawing);
  }

  /** The next stroke starts a new drawing. A drawing opened from the history is continued. */
  get isDone() {
    return this.isSavedOrSaving && !this.#record.isOpened;
  }

  /** Sets the shown paper: a new object after every change, null while a stroke is drawn. */
  setPaper(paper, { isBlank }) {
    if (paper === this.#paper) return;
    this.#paper = paper;
    this.#show(isBlank ? "blank" : "drawn");
  }

  /** The shown paper is a drawing that was saved earlier. */
  open(drawing) {
    this.#records.set(this.#paper, newRecord({ drawing, isOpened: true }));
    this.#show();
  }

  /** A new answer for the shown paper: an opened drawing may have none. */
  answered(answer) {
    const record = this.#record;
    if (!record?.drawing || record.drawing.answer) return;
    record.drawing = { ...record.drawing, answer };
    this.#show();
  }

  /** Saves the shown paper. Returns the answer stored with it, or null on failure. */
  async save(payload) {
    const paper = this.#paper;
    const record = newRecord({ wanted: this.#corrected(paper) });
    const hadFocus = document.activeElement === this.#find("save"); // the button is disabled while saving
    this.#records.set(paper, record);
    this.#show();
    record.drawing = await tryOrToast(() => this.#api.save(payload, this.#keyOf(paper)));
    if (!record.drawing) this.#records.delete(paper);
    if (paper === this.#paper) this.#show();
    else if (record.drawing) toast(fill(gettext("Saved as drawing %(number)s."), { number: record.drawing.id }), "success");
    if (!record.drawing) {
      if (hadFocus) this.#find("save").focus({ preventScroll: true });
      return null;
    }
    if (this.#record === record) this.#next.focus({ preventScroll: true });
    this.#sendLabels(record);
    return record.drawing.answer;
  }

  /** Labels with what is shown; returns false if that is no label, or if there is a label already. */
  confirm() {
    const record = this.#record;
    if (!record?.drawing || isLabeled(record)) return false;
    const label = this.#suggestion(record.drawing);
    return label !== null && this.label(label);
  }

  /** Takes the corrected text of the shown number: its label, at once or when it is saved. */
  correct(text) {
    if (this.#corrections.get(this.#paper) === text) return;
    this.#corrections.set(this.#paper, text);
    const label = labelFor(text);
    if (label !== null) this.label(label);
  }

  #type(text) {
    const label = labelFor(text);
    if (label === null) return;
    this.#corrections.set(this.#paper, text);
    this.label(label);
    this.dispatchEvent(new CustomEvent("type", { detail: text }));
  }

  #corrected(paper) {
    return labelFor(this.#corrections.get(paper) ?? "");
  }

  /** The label that a drawing has by its answer or by a correction; null if there is none. */
  #suggestion({ answer }) {
    if (this.#corrections.has(this.#paper)) return this.#corrected(this.#paper);
    if (!answer) return null;
    return isNumber(answer) ? labelFor(answer.text) : labelOf(answer);
  }

  /** Labels the drawing. While a request is in flight, only the last label counts. */
  label(label) {
    const record = this.#record;
    if (!record) return false;
    record.wanted = label;
    this.#sendLabels(record);
    return true;
  }

  async #sendLabels(record) {
    if (!record.drawing || record.isLabeling || record.wanted === null) return;
    record.isLabeling = true;
    while (record.wanted !== null) {
      const { wanted } = record;
      record.wanted = null;
      const labeled = await tryOrToast(() => this.#api.label(record.drawing.id, wanted));
      if (!labeled) continue;
      const { label, label_text, label_state } = labeled;
      record.drawing = { ...record.drawing, label, label_text, label_state };
    }
    record.isLabeling = false;
    if (this.#record !== record) return;
    this.#show();
    if (isLabeled(record)) this.#find("new").focus({ preventScroll: true });
  }

  /** What one does after saving: confirm, or type a number that could not be read. */
  get #next() {
    return this.#find(this.#find("right").hidden ? "number" : "right");
  }

  #keyOf(paper) {
    if (!this.#keys.has(paper)) this.#keys.set(paper, randomKey());
    return this.#keys.get(paper);
  }

  get #record() {
    return this.#records.get(this.#paper);
  }

  #show(otherwise = "drawn") {
    const record = this.#record;
    const state = !record ? otherwise : record.drawing ? "saved" : "saving";
    if (state !== "saved") this.#holdHeight();
    this.#root.dataset.state = state;
    this.#find("verdict").hidden = state !== "saved";
    this.#find("save").disabled = state !== "drawn";
    this.#find("save").textContent = SAVE[state] ?? gettext("Save");
    if (state === "saved") this.#showVerdict(record.drawing);
  }

  #showVerdict(drawing) {
    const { id, url, label_state: state, answer } = drawing;
    const label = labelOfDrawing(drawing);
    const suggestion = this.#suggestion(drawing);
    const link = this.#find("saved-link");
    link.href = url ?? link.dataset.pattern.replace("/0/", `/${id}/`);
    link.textContent = fill(gettext("Drawing %(number)s"), { number: id });
    this.#find("verdict-text").textContent = words(label, state, answer);
    const asks = suggestion !== null && label === null;
    this.#find("right").hidden = !asks;
    if (asks) this.#find("right-text").textContent = rightly(suggestion);
    for (const key of this.#root.querySelectorAll("[data-label]")) {
      key.setAttribute("aria-pressed", String(Number(key.dataset.label) === label));
    }
    const number = numberOf(label ?? suggestion);
    this.#find("number").value = number;
    this.#root.toggleAttribute("data-several", number !== "");
  }

  /** Without the verdict the page is shorter, and a scrolled page would move the paper. */
  #holdHeight() {
    if (this.#root.dataset.state === "saved") this.#root.style.minBlockSize = `${this.#root.offsetHeight}px`;
  }

  /** On a phone the verdict appears where Save was, so a double tap on Save would hit it. */
  #isMeantForSave({ detail, timeStamp, clientX, clientY }) {
    const first = this.#savedBy;
    if (!first || detail === 0) return false; // pressed with the keyboard
    const isSoon = timeStamp - first.timeStamp < DOUBLE_TAP.ms;
    return isSoon && Math.hypot(clientX - first.clientX, clientY - first.clientY) < DOUBLE_TAP.px;
  }

  #find(name) {
    return this.#root.querySelector(`[data-${name}]`);
  }
}

/** `wanted`: the label to send next. */
const newRecord = (known = {}) => ({
  drawing: null, // from the API; null while it is being saved
  wanted: null,
  isLabeling: false,
  isOpened: false,
  ...known,
});

/** The text of a number for its input; empty for a digit, which has a button. */
const numberOf = (label) => (typeof label === "string" && label.length > 1 ? label : "");

/** Labeled already, or being labeled. */
const isLabeled = (record) =>
  labelOfDrawing(record.drawing) !== null || record.isLabeling || record.wanted !== null;

/** The result of the call, or null after showing the error. */
async function tryOrToast(call) {
  try {
    return await call();
  } catch (error) {
    toast(fill(gettext("Not saved. %(reason)s"), { reason: inWords(error) }), "error");
    return null;
  }
}

function inWords({ message, isSignedOut }) {
  return isSignedOut ? gettext("You are signed out. Sign in again in another tab.") : message;
}

function swallow(event) {
  event.stopPropagation();
  event.preventDefault();
}

const rightly = (label) => fill(gettext("Right, it is %(label)s"), { label: labelName(label) });

function words(label, state, answer) {
  if (label === null) return answer ? gettext("Saved. Is the answer right?") : gettext("Saved.");
  const isPending = state === "pending";
  const text = isPending ? gettext("Labeled %(label)s, awaiting approval.") : gettext("Labeled %(label)s.");
  return fill(text, { label: labelName(label) });
}
