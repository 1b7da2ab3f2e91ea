/**
 * The drawings that are to be looked at: one in front, the next ones fetched already.
 *
 * Emits "turn" (detail: the turn in front, or null), "counts" (what the server says besides) and
 * "trouble" (an error, or null when it is over).
 */

const AHEAD = 4; // fewer than this, and more are fetched
const BATCH = 4;
const MOST = 12; // the server gives one person no more at once
const EVERY = 25_000; // leases last a minute, and new labels come
const SOON = 2_000; // after a failure, with nothing to look at
const IDLE = 300_000;

export class Turns extends EventTarget {
  #fetch;
  #unsent;
  #turns = [];
  #isFetching = false;
  #isKnown = false; // the server has been heard since the last turn was taken
  #timer = null;
  #touched = performance.now(); // when one was taken last
  atRandom = false;

  /** `fetch({count, holding, at_random})` asks the server; `unsent()`: drawings answered already. */
  constructor(fetch, unsent) {
    super();
    this.#fetch = fetch;
    this.#unsent = unsent;
  }

  get front() {
    return this.#turns[0] ?? null;
  }

  /** Nothing is there, and the server says that nothing waits. */
  get isEmpty() {
    return this.#isKnown && !this.front;
  }

  /** Takes the front one away; the next is there at once. */
  take() {
    this.#turns.shift();
    this.#isKnown = false;
    this.#touched = performance.now();
    this.#emit("turn", this.front);
    this.#refill();
  }

  /** Puts one before all others. */
  putBack(turn) {
    this.#turns.unshift(turn);
    this.#emit("turn", turn);
  }

  /** Forgets a drawing that is not to be looked at after all. */
  drop(drawing) {
    const wasInFront = this.front?.drawing === drawing;
    this.#turns = this.#turns.filter((turn) => turn.drawing !== drawing);
    if (wasInFront) this.#emit("turn", this.front);
    this.#refill();
  }

  /** Asks the server now, and from then on now and then. */
  async ask() {
    clearTimeout(this.#timer);
    if (this.#isFetching) return;
    this.#isFetching = true;
    const wish = this.#wish();
    const answer = await this.#fetch(wish).catch((error) => {
      this.#emit("trouble", error);
      return null;
    });
    this.#isFetching = false;
    if (answer) this.#add(answer, wish);
    const isShort = this.#turns.length < AHEAD && answer?.results.length === wish.count;
    if (answer && isShort) this.ask(); // taken faster than they came
    else this.#again(answer || this.front ? EVERY : SOON);
  }

  #wish() {
    const holding = this.#here();
    const room = Math.max(0, Math.min(BATCH, MOST - holding.length));
    const count = this.#turns.length < AHEAD ? room : 0;
    return { count, holding: holding.slice(0, MOST), at_random: this.atRandom };
  }

  #add({ results, ...counts }, wish) {
    const here = this.#here();
    const fresh = results.filter((turn) => !here.includes(turn.drawing));
    const hadNone = !this.front;
    this.#turns.push(...fresh);
    this.#isKnown = wish.count > 0;
    for (const { picture } of fresh) if (picture) new Image().src = picture;
    this.#emit("trouble", null);
    this.#emit("counts", counts);
    if (hadNone) this.#emit("turn", this.front);
  }

  #here() {
    return [...new Set([...this.#turns.map((turn) => turn.drawing), ...this.#unsent()])];
  }

  #refill() {
    if (this.#turns.length < AHEAD) this.ask();
  }

  #again(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#isLookedAt ? this.ask() : this.#again(EVERY)), pause);
  }

  /** Nobody in front of the page: what it holds is left to others when the minute is over. */
  get #isLookedAt() {
    const isIdle = this.front && performance.now() - this.#touched > IDLE;
    return !document.hidden && !isIdle;
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
