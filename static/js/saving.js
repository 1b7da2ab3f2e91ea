/**
 * Saves a drawing with its label, and labels it afterwards.
 *
 * The state is blank, drawn, saving or saved. It belongs to a paper (the object `ink.paper`): a changed
 * paper is a new, unsaved drawing. Undo returns to the saved paper. Labels go through an outbox, so a
 * lost connection or a closed page loses none.
 */

import { isNumber } from "./answer-panel.js";
import { swallow } from "./double-click.js";
import { sayFailure } from "./failure.js";
import { fill, gettext } from "./i18n.js";
import { labelFor, labelName, labelOfDrawing, NOT_A_DIGIT } from "./labels.js";
import { allowOnlyNumbers } from "./number-input.js";
import { BrowserStore, Outbox } from "./outbox.js";
import { randomKey } from "./random-key.js";
import { toast } from "./toast.js";
import { Verdict } from "./verdict.js";

const DOUBLE_TAP = { ms: 700, px: 48 }; // the largest time and distance between two taps

/** Emits "type" (detail: the text of a number that somebody typed). */
export class Saving extends EventTarget {
  #root;
  #api;
  #save;
  #clear;
  #verdict;
  #outbox;
  #records = new WeakMap(); // paper -> {drawing, wanted, isOpened}
  #known = new Map(); // id of a drawing -> its paper
  #keys = new WeakMap(); // paper -> its idempotency key: what is sent again is stored once
  #corrections = new WeakMap(); // paper -> the text of a number that somebody corrected
  #answers = new WeakMap(); // paper -> the newest answer to it
  #paper = null;
  #isBlank = true;
  #trouble = null; // why labels do not arrive
  #savedBy = null; // the click event
  #unsaved = new Set(); // the beginnings of drawings that could not be saved
  #notSaved = null; // the message that says why

  /** `save(label)` saves the shown paper, with a label or null; `clear()` starts a new drawing. */
  constructor(root, api, { save, clear }) {
    super();
    this.#root = root;
    this.#api = api;
    this.#save = save;
    this.#clear = clear;
    this.#verdict = new Verdict(root);
    this.#outbox = new Outbox(
      ({ drawing, label }) => api.label(drawing, label),
      new BrowserStore(`labels:${root.dataset.user}:`),
    );
    this.#listen();
  }

  #listen() {
    this.#find("save").addEventListener("click", (click) => {
      this.#savedBy = click;
      this.#save(null);
    });
    this.#find("right").addEventListener("click", (click) => this.#isMeantForSave(click) || this.#press(click));
    this.#find("verdict").addEventListener("click", (click) => this.#isMeantForSave(click) && swallow(click), true);
    this.#find("labels").addEventListener("click", ({ target }) => {
      const key = target.closest("[data-label]");
      if (key) this.label(Number(key.dataset.label));
    });
    this.#find("more").addEventListener("click", () => this.#open(!this.#root.hasAttribute("data-more-open")));
    this.#find("number-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#type(this.#find("number").value.trim());
    });
    allowOnlyNumbers(this.#find("number"));
    this.#outbox.addEventListener("sent", ({ detail }) => this.#labeled(detail));
    this.#outbox.addEventListener("refused", ({ detail }) => this.#refused(detail));
    this.#outbox.addEventListener("trouble", ({ detail }) => {
      this.#trouble = detail;
      this.#show();
    });
    window.addEventListener("online", () => this.#outbox.wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.#outbox.wake());
    this.#outbox.wake(); // labels that an earlier page could not send
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

  /** The idempotency key of the shown paper; null if it was not sent. */
  get key() {
    return this.#keys.get(this.#paper) ?? null;
  }

  /** The label that the shown paper is being saved with; null if there is none. */
  get wanted() {
    return this.#record?.wanted ?? null;
  }

  /**
   * The shown paper was sent with this key by an earlier page, or not at all (null). If that page was left
   * before the drawing was saved with the wanted label, this one saves it with that.
   */
  resume({ key, wanted }) {
    if (key) this.#keys.set(this.#paper, key);
    if (wanted !== null) this.label(wanted);
  }

  /** Sets the shown paper: a new object after every change, null while a stroke is drawn. */
  setPaper(paper, { isBlank }) {
    if (paper === this.#paper) return;
    this.#paper = paper;
    this.#isBlank = isBlank;
    this.#open(false);
    this.#show();
  }

  /** The shown paper is a drawing that was saved earlier. */
  open(drawing) {
    this.#remember({ drawing, isOpened: true });
    this.#show();
  }

  /** A new answer for the shown paper: an opened drawing may have none. */
  answered(answer) {
    if (!this.#paper) return;
    this.#answers.set(this.#paper, answer);
    const record = this.#record;
    if (record?.drawing && !record.drawing.answer) record.drawing = { ...record.drawing, answer };
    this.#show();
  }

  /** Saves the shown paper, a promise of its `payload`, with a label or null. Returns the answer stored with it, or null on failure. */
  async save(payload, label) {
    const paper = this.#paper;
    const record = this.#remember({ wanted: label ?? this.#corrected });
    this.#show();
    record.drawing = await this.#store(payload, paper);
    if (!record.drawing) this.#records.delete(paper);
    else this.#known.set(record.drawing.id, paper);
    if (paper === this.#paper) this.#show();
    else if (record.drawing) toast(fill(gettext("Saved as drawing %(number)s."), { number: record.drawing.id }), "success");
    if (!record.drawing) return null;
    if (record.wanted !== null) this.#send(record);
    return record.drawing.answer;
  }

  async #store(payload, paper) {
    const beginning = beginningOf(paper);
    try {
      const drawing = await this.#api.save(await payload, this.#keyOf(paper));
      this.#unsaved.delete(beginning);
      if (!this.#unsaved.size) this.#notSaved?.remove();
      return drawing;
    } catch (error) {
      this.#unsaved.add(beginning);
      this.#notSaved?.remove(); // it may have another reason
      this.#notSaved = sayFailure(error, gettext("The drawing is not saved. %(reason)s"));
      return null;
    }
  }

  /** The answer is right: saves and labels the paper with it. Returns false if there is nothing to do. */
  confirm() {
    if (this.#state === "saved") {
      const label = this.#isLabeled ? null : this.#suggestion;
      return label !== null && this.label(label);
    }
    if (this.#state !== "drawn") return false;
    this.#save(this.#suggestion);
    return true;
  }

  /** Takes the corrected text of the shown number: the label when it is saved, or at once if it is. Null: none. */
  correct(text) {
    if (this.#corrections.get(this.#paper) === text) return;
    if (text === null) this.#corrections.delete(this.#paper);
    else this.#corrections.set(this.#paper, text);
    const label = labelFor(text ?? "");
    if (label !== null && this.#record) this.label(label);
    else this.#show();
  }

  /** Labels the drawing, and saves it first. While it is being saved, only the last label counts. */
  label(label) {
    const record = this.#record;
    if (!record && this.#state !== "drawn") return false;
    if (!record) {
      this.#save(label);
      return true;
    }
    record.wanted = label;
    if (record.drawing) this.#send(record);
    this.#show();
    return true;
  }

  /** The button that Enter presses. */
  #press(click) {
    this.#savedBy = click;
    if (this.#state === "saved" && (this.#isLabeled || this.#suggestion === null)) this.#clear();
    else this.confirm();
  }

  /** Lets one type a number. Returns false on blank paper. */
  typeNumber() {
    if (this.#find("number").disabled) return false;
    this.#open(true);
    this.#find("number").focus({ preventScroll: true });
    return true;
  }

  /** On a short phone the line with the number's field covers a part of the answer, so it is opened. */
  #open(isOpen) {
    this.#root.toggleAttribute("data-more-open", isOpen);
    this.#find("more").setAttribute("aria-expanded", String(isOpen));
  }

  #type(text) {
    const label = labelFor(text);
    if (label === null) return;
    this.#corrections.set(this.#paper, text);
    this.#find("number").blur();
    this.label(label);
    this.dispatchEvent(new CustomEvent("type", { detail: text }));
  }

  #send({ drawing: { id }, wanted }) {
    this.#outbox.withdraw(({ drawing }) => drawing === id);
    this.#outbox.add({ drawing: id, label: wanted });
  }

  #labeled({ entry, result }) {
    const record = this.#records.get(this.#known.get(entry.drawing));
    if (!record) return;
    const { label, label_text, label_state } = result;
    record.drawing = { ...record.drawing, label, label_text, label_state };
    if (record.wanted === entry.label) record.wanted = null;
    this.#show();
  }

  /** The server does not take a label, and never will. */
  #refused({ entry: { drawing: number, label }, error }) {
    const paper = this.#known.get(number);
    const record = this.#records.get(paper);
    if (error.status === 404) {
      this.#records.delete(paper); // the ink is still here and can be saved anew
      this.#keys.delete(paper);
      toast(fill(gettext("Drawing %(number)s was deleted elsewhere, so it has no label."), { number }), "warning");
    } else {
      if (record?.wanted === label) record.wanted = null;
      const names = { label: labelName(label), number };
      sayFailure(error, gettext("The label “%(label)s” of drawing %(number)s is not saved. %(reason)s"), names);
    }
    this.#show();
  }

  #remember(known) {
    const record = { drawing: null, wanted: null, isOpened: false, ...known };
    this.#records.set(this.#paper, record);
    if (record.drawing) this.#known.set(record.drawing.id, this.#paper);
    return record;
  }

  /** Labeled already, or being labeled. */
  get #isLabeled() {
    return labelOfDrawing(this.#record.drawing) !== null || this.#record.wanted !== null;
  }

  get #corrected() {
    return labelFor(this.#corrections.get(this.#paper) ?? "");
  }

  /** The label that the shown answer or a correction gives; null if there is none. */
  get #suggestion() {
    if (this.#corrections.has(this.#paper)) return this.#corrected;
    return suggestionOf(this.#record?.drawing?.answer ?? this.#answers.get(this.#paper));
  }

  get #state() {
    const record = this.#record;
    if (record) return record.drawing ? "saved" : "saving";
    return this.#isBlank || this.#answers.get(this.#paper)?.blank ? "blank" : "drawn";
  }

  #keyOf(paper) {
    if (!this.#keys.has(paper)) this.#keys.set(paper, randomKey());
    return this.#keys.get(paper);
  }

  get #record() {
    return this.#records.get(this.#paper);
  }

  #show() {
    const { drawing = null, wanted = null } = this.#record ?? {};
    const trouble = drawing && wanted !== null ? this.#trouble : null;
    this.#verdict.show({ state: this.#state, drawing, wanted, suggestion: this.#suggestion, trouble });
  }

  /** A second tap on a button that saves must hit nothing of what is then in its place. */
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

/** What a drawing keeps while it is continued: its first stroke, or its picture. */
const beginningOf = ({ strokes, picture }) => picture ?? strokes[0];

/** A refusal that looks like a digit suggests nothing: somebody has to look. */
function suggestionOf(answer) {
  if (!answer || answer.blank) return null;
  if (answer.is_digit) return answer.digit;
  if (isNumber(answer)) return labelFor(answer.text);
  return answer.reason === "unsure" ? null : NOT_A_DIGIT;
}
