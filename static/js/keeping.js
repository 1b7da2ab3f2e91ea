/**
 * Saving a drawing, and saying afterwards what it really is.
 *
 * States, seen by the page as data-state: blank, drawn, saving, saved. What was saved belongs to
 * the paper as it was then: a changed paper is a new, unsaved drawing, and going back to the old
 * one, by undo or because a stroke was no stroke, finds it saved.
 */

import { labelName, labelOf } from "./labels.js";
import { toast } from "./toast.js";
import { fill, gettext } from "./words.js";

const DOUBLE_TAP = { ms: 700, px: 48 }; // as far apart as two taps of one hand may be
const SAVE = { saving: gettext("Saving…"), saved: gettext("Saved") };

export class Keeping {
  #root;
  #api;
  #kept = new WeakMap(); // paper -> {drawing, wanted, isLabelling, isOpened}
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
  get isKept() {
    return this.#seen !== undefined;
  }

  get isSaved() {
    return Boolean(this.#seen?.drawing);
  }

  /** The next stroke belongs to a new drawing; one that was opened is gone on with. */
  get isDone() {
    return this.isKept && !this.#seen.isOpened;
  }

  /** The paper that is seen: an object of its own for every change, null while a stroke grows. */
  turnTo(paper, { isBlank }) {
    if (paper === this.#paper) return;
    this.#paper = paper;
    this.#show(isBlank ? "blank" : "drawn");
  }

  /** The paper seen shows a drawing that is in the database already. */
  open(drawing) {
    this.#kept.set(this.#paper, entry({ drawing, isOpened: true }));
    this.#show();
  }

  /** An answer for the paper as it is; an opened drawing may come without one. */
  answered(answer) {
    const kept = this.#seen;
    if (!kept?.drawing || kept.drawing.answer) return;
    kept.drawing = { ...kept.drawing, answer };
    this.#show();
  }

  /** Save the paper seen; gives the answer that was stored with it, or null if that failed. */
  async save(reading) {
    const paper = this.#paper;
    const kept = entry();
    const hadFocus = document.activeElement === this.#find("save"); // which is disabled meanwhile
    this.#kept.set(paper, kept);
    this.#show();
    kept.drawing = await attempt(() => this.#api.save(reading));
    if (!kept.drawing) this.#kept.delete(paper);
    if (paper === this.#paper) this.#show();
    else if (kept.drawing) toast(fill(gettext("Saved as drawing %(number)s."), { number: kept.drawing.id }), "success");
    if (!kept.drawing) {
      if (hadFocus) this.#find("save").focus({ preventScroll: true });
      return null;
    }
    if (this.#seen === kept) this.#find("right").focus({ preventScroll: true });
    this.#sendLabels(kept);
    return kept.drawing.answer;
  }

  /** The answer is right; false if that is not the question. */
  confirm() {
    const kept = this.#seen;
    if (!kept?.drawing?.answer || isLabelled(kept)) return false;
    return this.label(labelOf(kept.drawing.answer));
  }

  /** Of labels that come faster than they are sent the last counts; false with nothing kept. */
  label(label) {
    const kept = this.#seen;
    if (!kept) return false;
    kept.wanted = label;
    this.#sendLabels(kept);
    return true;
  }

  async #sendLabels(kept) {
    if (!kept.drawing || kept.isLabelling || kept.wanted === null) return;
    kept.isLabelling = true;
    while (kept.wanted !== null) {
      const { wanted } = kept;
      kept.wanted = null;
      const labelled = await attempt(() => this.#api.label(kept.drawing.id, wanted));
      if (!labelled) continue;
      const { label, label_state } = labelled;
      kept.drawing = { ...kept.drawing, label, label_state };
    }
    kept.isLabelling = false;
    if (this.#seen !== kept) return;
    this.#show();
    if (isLabelled(kept)) this.#find("new").focus({ preventScroll: true });
  }

  get #seen() {
    return this.#kept.get(this.#paper);
  }

  #show(otherwise = "drawn") {
    const kept = this.#seen;
    const state = !kept ? otherwise : kept.drawing ? "saved" : "saving";
    if (state !== "saved") this.#keepHeight();
    this.#root.dataset.state = state;
    this.#find("verdict").hidden = state !== "saved";
    this.#find("save").disabled = state !== "drawn";
    this.#find("save").textContent = SAVE[state] ?? gettext("Save");
    if (state === "saved") this.#showVerdict(kept.drawing);
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
  #keepHeight() {
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
const entry = (known = {}) => ({
  drawing: null, // as the API gave it; null while it is being saved
  wanted: null,
  isLabelling: false,
  isOpened: false,
  ...known,
});

const isNothing = (label) => label === null || label === undefined;

/** Labelled already, or about to be. */
const isLabelled = (kept) =>
  !isNothing(kept.drawing.label) || kept.isLabelling || kept.wanted !== null;

/** What the call gives, or null after telling why it failed. */
async function attempt(call) {
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
