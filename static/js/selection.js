/**
 * Selection of list items by their checkboxes: single ones, a range with Shift, or all.
 *
 * The checkboxes hold the state, so a form sends what is shown. Emits "change".
 */

export class Selection extends EventTarget {
  #list;
  #anchor = null; // the start of a range: the checkbox that was changed last

  constructor(list) {
    super();
    this.#list = list;
    list.addEventListener("click", ({ target, shiftKey }) => {
      if (target.matches('[type="checkbox"]')) this.#turned(target, shiftKey);
    });
  }

  get boxes() {
    return [...this.#list.querySelectorAll('[type="checkbox"]')];
  }

  get chosen() {
    return this.boxes.filter((box) => box.checked);
  }

  get ids() {
    return this.chosen.map((box) => Number(box.value));
  }

  /** Like a click; `range`: with Shift. */
  toggle(box, { range = false } = {}) {
    box.checked = !box.checked || range;
    this.#turned(box, range);
  }

  setAll(checked) {
    for (const box of this.boxes) box.checked = checked;
    this.#anchor = null;
    this.#changed();
  }

  /** Removes the items with these ids; returns the next item that is left, or null. */
  remove(ids) {
    const items = this.boxes.filter((box) => ids.includes(Number(box.value))).map((box) => box.closest("li"));
    const left = this.boxes.map((box) => box.closest("li")).filter((item) => !items.includes(item));
    const follows = (item) => items[0]?.compareDocumentPosition(item) & 4;
    const next = left.find(follows) ?? left.at(-1) ?? null;
    for (const item of items) item.remove();
    this.#anchor = null;
    this.#changed();
    return next;
  }

  #turned(box, range) {
    const { boxes } = this;
    const from = boxes.indexOf(this.#anchor);
    const to = boxes.indexOf(box);
    if (range && from >= 0) {
      const between = boxes.slice(Math.min(from, to), Math.max(from, to) + 1);
      for (const each of between) each.checked = box.checked;
    }
    this.#anchor = box;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
