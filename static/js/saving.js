/**
 * Saving a drawing, and saying afterwards what it really is.
 *
 * States, seen by the page as data-state: blank, drawn, saving, saved. What was saved belongs to
 * the paper as it was then: a changed paper is a new, unsaved drawing, and going back to the old
 * one, by undo or because a stroke was no stroke, finds it saved.
 */

import { fill, gettext } from "./i18n.js";
import { labelName, labelOf } from "./labels.js";
import { toast } from "./toast.js";

const DOUBLE_TAP = { ms: 700, px: 48 }; // as far apart as two taps of one hand may be
const SAVE = { saving: gettext("Saving…"), saved: gettext("Saved") };

export class Saving {
  #root;
  #api;
  #records = new WeakMap(); // paper -> {drawing, wanted, isLabeling, isOpened}
  #paper = null;
  #savedBy = null; // the click

  constructor(root, api) {
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
  }

  /** Saved, or on its way to be. */
  get isSavedOrSaving() {
    return this.#record !== undefined;
  }

  get isSaved() {
    return Boolean(this.#record?.drawing);
  }

  /** The next stroke belongs to a new drawing; one that was opened is gone on with. */
  get isDone() {
    return this.isSavedOrSaving && !this.#record.isOpened;
  }

  /** The paper that is seen: an object of its own for every change, null while a stroke grows. */
  setPaper(paper, { isBlank }) {
    if (paper === this.#paper) return;
    this.#paper = paper;
    this.#show(isBlank ? "blank" : "drawn");
  }

  /** The paper seen shows a drawing that is in the database already. */
  open(drawing) {
    this.#records.set(this.#paper, newRecord({ drawing, isOpened: true }));
    this.#show();
  }

  /** An answer for the paper as it is; an opened drawing may come without one. */
  answered(answer) {
    const record = this.#record;
    if (!record?.drawing || record.drawing.answer) return;
    record.drawing = { ...record.drawing, answer };
    this.#show();
  }

  /** Save the paper seen; gives the answer that was stored with it, or null if that failed. */
  async save(payload) {
    const paper = this.#paper;
    const record = newRecord();
    const hadFocus = document.activeElement === this.#find("save"); // which is disabled meanwhile
    this.#records.set(paper, record);
    this.#show();
    record.drawing = await tryOrToast(() => this.#api.save(payload));
    if (!record.drawing) this.#records.delete(paper);
    if (paper === this.#paper) this.#show();
    else if (record.drawing) toast(fill(gettext("Saved as drawing %(number)s."), { number: record.drawing.id }), "success");
    if (!record.drawing) {
      if (hadFocus) this.#find("save").focus({ preventScroll: true });
      return null;
    }
    if (this.#record === record) this.#find("right").focus({ preventScroll: true });
    this.#sendLabels(record);
    return record.drawing.answer;
  }

  /** The answer is right; false if that is not the question. */
  confirm() {
    const record = this.#record;
    if (!record?.drawing?.answer || isLabeled(record)) return false;
    return this.label(labelOf(record.drawing.answer));
  }

  /** Of labels that come faster than they are sent the last counts; false without a record. */
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
      const { label, label_state } = labeled;
      record.drawing = { ...record.drawing, label, label_state };
    }
    record.isLabeling = false;
    if (this.#record !== record) return;
    this.#show();
    if (isLabeled(record)) this.#find("new").focus({ preventScroll: true });
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

  #showVerdict({ id, url, label, label_state: state, answer }) {
    const link = this.#find("saved-link");
    link.href = url ?? link.dataset.pattern.replace("/0/", `/${id}/`);
    link.textContent = fill(gettext("Drawing %(number)s"), { number: id });
    this.#find("verdict-text").textContent = words(label, state, answer);
    const asks = Boolean(answer) && isNothing(label);
    this.#find("right").hidden = !asks;
    if (asks) this.#find("right-text").textContent = rightly(labelOf(answer));
    for (const key of this.#root.querySelectorAll("[data-label]")) {
      key.setAttribute("aria-pressed", String(Number(key.dataset.label) === label));
    }
  }

  /** Without the verdict the page is shorter; where it is scrolled the paper would move away. */
  #holdHeight() {
    if (this.#root.dataset.state === "saved") this.#root.style.minBlockSize = `${this.#root.offsetHeight}px`;
  }

  /** On a phone the verdict comes to be where Save was. */
  #isMeantForSave({ detail, timeStamp, clientX, clientY }) {
    const first = this.#savedBy;
    if (!first || detail === 0) return false; // pressed by a key
    const isSoon = timeStamp - first.timeStamp < DOUBLE_TAP.ms;
    return isSoon && Math.hypot(clientX - first.clientX, clientY - first.clientY) < DOUBLE_TAP.px;
  }

  #find(name) {
    return this.#root.querySelector(`[data-${name}]`);
  }
}

/** `wanted`: the label to send next. */
const newRecord = (known = {}) => ({
  drawing: null, // as the API gave it; null while it is being saved
  wanted: null,
  isLabeling: false,
  isOpened: false,
  ...known,
});

const isNothing = (label) => label === null || label === undefined;

/** Labelled already, or about to be. */
const isLabeled = (record) =>
  !isNothing(record.drawing.label) || record.isLabeling || record.wanted !== null;

/** What the call gives, or null after telling why it failed. */
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
  if (isNothing(label)) return answer ? gettext("Saved. Is the answer right?") : gettext("Saved.");
  const isPending = state === "pending";
  const text = isPending ? gettext("Labelled %(label)s, awaiting approval.") : gettext("Labelled %(label)s.");
  return fill(text, { label: labelName(label) });
}
