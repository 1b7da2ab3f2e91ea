/**
 * Saving a drawing, and saying afterwards what it really is.
 *
 * States, seen by the page as data-state: blank, drawn, saving, saved. Any change of the ink
 * after saving makes it a new, unsaved drawing.
 */

import { labelName, labelOf } from "./answer.js";
import { toast } from "./toast.js";

export class Keeping {
  #root;
  #api;
  #saved = null; // the drawing as the API gave it
  #saving = null; // the promise of the save that belongs to the paper as it is
  #labelling = false;

  constructor(root, api) {
    this.#root = root;
    this.#api = api;
    this.#find("right").addEventListener("click", () => this.confirm());
    this.#find("labels").addEventListener("click", ({ target }) => {
      const key = target.closest("[data-label]");
      if (key) this.label(Number(key.dataset.label));
    });
  }

  get isSaved() {
    return this.#saved !== null;
  }

  /** The next stroke belongs to a new drawing. */
  get isKept() {
    return this.isSaved || this.#saving !== null;
  }

  /** The paper changed: what was saved is no longer what is seen. */
  changed(isBlank) {
    this.#saved = null;
    this.#saving = null;
    this.#state(isBlank ? "blank" : "drawn");
  }

  /** Take a drawing that is in the database already. */
  adopt(drawing) {
    this.#saved = drawing;
    this.#saving = null;
    this.#state("saved");
    this.#show();
  }

  /** An answer for the paper as it is; an opened drawing may come without one. */
  answered(answer) {
    if (!this.#saved || this.#saved.answer) return;
    this.#saved = { ...this.#saved, answer };
    this.#show();
  }

  /** Save; `onAnswer` gets the answer that was stored with it. */
  async save(reading, onAnswer) {
    if (this.isKept) return;
    const saving = attempt(() => this.#api.save(reading));
    this.#saving = saving;
    this.#state("saving");
    const drawing = await saving;
    if (this.#saving !== saving) {
      // The next drawing has begun meanwhile.
      if (drawing) toast(`Saved as drawing ${drawing.id}.`, "success");
    } else if (drawing) {
      this.adopt(drawing);
      onAnswer(drawing.answer);
      this.#find("right").focus({ preventScroll: true });
    } else {
      this.changed(false);
    }
  }

  /** The answer is right. */
  confirm() {
    return this.#saved?.answer ? this.label(labelOf(this.#saved.answer)) : false;
  }

  async label(label) {
    const drawing = this.#saved;
    if (!drawing || this.#labelling) return;
    this.#labelling = true;
    const labelled = await attempt(() => this.#api.label(drawing.id, label));
    this.#labelling = false;
    if (!labelled || this.#saved?.id !== drawing.id) return;
    this.#saved = { ...this.#saved, label: labelled.label, label_state: labelled.label_state };
    this.#show();
    this.#find("new").focus({ preventScroll: true });
  }

  #show() {
    const { id, url, label, label_state: state, answer } = this.#saved;
    const link = this.#find("saved-link");
    link.href = url ?? link.dataset.pattern.replace("/0/", `/${id}/`);
    link.textContent = `Drawing ${id}`;
    this.#find("verdict-text").textContent = words(label, state, answer);
    const asks = Boolean(answer) && isUnlabelled(label);
    this.#find("right").hidden = !asks;
    if (asks) this.#find("right-text").textContent = `Right, it is ${labelName(labelOf(answer))}`;
    for (const key of this.#root.querySelectorAll("[data-label]")) {
      key.setAttribute("aria-pressed", String(Number(key.dataset.label) === label));
    }
  }

  #state(state) {
    this.#root.dataset.state = state;
    this.#find("verdict").hidden = state !== "saved";
    this.#find("save").disabled = state !== "drawn";
    this.#find("save").textContent = { saving: "Saving…", saved: "Saved" }[state] ?? "Save";
  }

  #find(name) {
    return this.#root.querySelector(`[data-${name}]`);
  }
}

const isUnlabelled = (label) => label === null || label === undefined;

/** What the call gives, or null after telling why it failed. */
async function attempt(call) {
  try {
    return await call();
  } catch (error) {
    toast(error.message, "error");
    return null;
  }
}

function words(label, state, answer) {
  if (isUnlabelled(label)) return answer ? "Saved. Is the answer right?" : "Saved.";
  return `Labelled ${labelName(label)}${state === "pending" ? ", awaiting approval." : "."}`;
}
