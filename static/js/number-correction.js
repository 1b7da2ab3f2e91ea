/**
 * The number that the ink shows, and what a person corrects about it: digit by digit at the frames, or
 * typed as a whole.
 *
 * A correction belongs to a paper (the object `ink.paper`), like a saved drawing does: more ink is
 * another drawing, and undo returns to the corrected one. Each paper has undo and redo of its own.
 */

import { fill, gettext } from "./i18n.js";
import { labelFor } from "./labels.js";
import { MarkEditor } from "./mark-editor.js";
import { replaced, textOf, typed } from "./mark-list.js";
import { Marks, UNREADABLE } from "./marks.js";

const WRITING = 600; // ms after a stroke; a tap so soon belongs to the writing, as a decimal point

export class NumberCorrection extends EventTarget {
  #ink;
  #panel;
  #marks;
  #editor;
  #answer = null;
  #paper = null; // what the answer is for; null while a stroke is drawn
  #done = new WeakMap(); // paper -> its corrections {text, marks}, the newest last
  #undone = new WeakMap(); // paper -> those that were undone, the last undone last
  #resumed = null; // {paper, text}: a correction on an earlier page, until there is an answer
  #lastInk = -Infinity;

  /** Emits "correct" (detail: the text, or null once nothing is corrected). */
  constructor({ marks, editor, ink, panel, api }) {
    super();
    this.#ink = ink;
    this.#panel = panel;
    this.#marks = new Marks(marks, ink, { open: (index) => this.#open(index) });
    this.#editor = new MarkEditor(editor, {
      read: (numbers, mode, options) => {
        const strokes = ink.toJSON();
        return api.recognize({ strokes: numbers.map((n) => strokes[n]) }, { mode, ...options });
      },
      accept: (from, count, marks) => this.#replace(from, count, marks),
    });
    ink.addEventListener("extend", () => this.#inked());
    ink.addEventListener("change", () => this.#inked());
  }

  /** Takes an answer to the ink as it is now. */
  answered(answer) {
    this.#answer = answer;
    this.#paper = this.#ink.paper;
    this.#show();
    const { paper, text } = this.#resumed ?? {};
    if (!text || paper !== this.#paper) return;
    this.#resumed = null;
    this.type(text);
  }

  /** The text of the ink as it is now, if it was corrected, or null. */
  get corrected() {
    return this.#stepsOf(this.#done, this.#ink.paper).at(-1)?.text ?? null;
  }

  /** The ink as it is now was corrected to this text on an earlier page, or not (null). */
  resume(text) {
    this.#resumed = { paper: this.#ink.paper, text };
  }

  /** Takes the stored answer. Its boxes are in pixels of the picture that is kept, not of that shown. */
  saved(answer) {
    this.answered(this.#ink.picture ? { ...answer, marks: this.#answer?.marks ?? [] } : answer);
  }

  /** Shows the marks, and in place of an answer the person's text. */
  #show() {
    const own = this.#own;
    this.#editor.close();
    this.#marks.show(this.#shown);
    if (!own) return;
    const isNone = labelFor(own.text) === null && !own.text.includes(UNREADABLE);
    const message = isNone ? fill(gettext("“%(text)s” is no number, so it cannot be the label."), own) : "";
    this.#panel.show({ ...this.#answer, ...own, message, is_digit: false, reason: "several", isCorrected: true });
  }

  get canUndo() {
    return this.#isAnswered && this.#stepsOf(this.#done).length > 0;
  }

  get canRedo() {
    return this.#isAnswered && this.#stepsOf(this.#undone).length > 0;
  }

  undo() {
    this.#step(this.#done, this.#undone);
  }

  redo() {
    this.#step(this.#undone, this.#done);
  }

  #step(from, to) {
    this.#stepsOf(to).push(this.#stepsOf(from).pop());
    if (!this.#own) this.#panel.show(this.#answer);
    this.#changed();
  }

  /** Takes a text in place of the whole number. */
  type(text) {
    const marks = this.#shown;
    if (text === this.#current?.text) return;
    this.#correct(text, [...text].length === marks.length ? typed(marks, text) : []);
  }

  /** What a tap at a point does instead of drawing, or null. `unit`: pad units of a CSS px. */
  actAt(point, unit) {
    const index = this.#mayOpen ? this.#marks.at(point, unit) : -1;
    if (index >= 0) return () => this.#open(index);
    return this.#editor.isOpen ? () => this.#editor.close() : null;
  }

  /** Closes the dialog; returns whether it was open. */
  close() {
    const { isOpen } = this.#editor;
    this.#editor.close();
    return isOpen;
  }

  /** The marks are those of the ink as it is now. */
  get #isAnswered() {
    return this.#paper !== null && this.#paper === this.#ink.paper;
  }

  get #mayOpen() {
    return this.#isAnswered && performance.now() - this.#lastInk > WRITING;
  }

  /** The newest correction, if there is one. */
  get #own() {
    return this.#stepsOf(this.#done).at(-1);
  }

  get #current() {
    return this.#own ?? this.#answer;
  }

  get #shown() {
    return this.#current?.marks ?? [];
  }

  #inked() {
    this.#lastInk = performance.now();
    this.#editor.close();
    if (this.#ink.isBlank) this.#marks.show([]);
  }

  #open(index) {
    if (this.#isAnswered) this.#editor.open(this.#shown, index, () => this.#marks.frame(index));
  }

  #replace(from, count, marks) {
    const next = replaced(this.#shown, from, count, marks);
    const { hasFocus } = this.#marks;
    this.#correct(textOf(next), next);
    if (hasFocus) this.#marks.frame(from).focus({ preventScroll: true });
  }

  #correct(text, marks) {
    if (this.#paper === null) return;
    this.#stepsOf(this.#done).push({ text, marks });
    this.#undone.delete(this.#paper);
    this.#changed();
  }

  #changed() {
    this.#show();
    this.dispatchEvent(new CustomEvent("correct", { detail: this.corrected }));
  }

  #stepsOf(all, paper = this.#paper) {
    if (paper === null) return [];
    if (!all.has(paper)) all.set(paper, []);
    return all.get(paper);
  }
}
