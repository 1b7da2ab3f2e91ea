/**
 * The drawings that are to be looked at: one in front, the next ones fetched already.
 *
 * Emits "item" (detail: the item in front, or null), "counts" (what the server says besides) and
 * "trouble" (an error, or null when it is over).
 */

const AHEAD = 4; // fewer than this, and more are fetched
const BATCH = 4;
const MOST = 12; // the server gives one person no more at once
const EVERY = 25_000; // leases last a minute, and new labels come
const SOON = 2_000; // after a failure, with nothing to look at
const IDLE = 300_000;

export class ReviewQueue extends EventTarget {
  #fetch;
  #unsent;
  #items = [];
  #isFetching = false;
  #isKnown = false; // the server has been heard since the last item was taken
  #timer = null;
  #lastTaken = performance.now(); // when one was taken last
  atRandom = false;

  /** `fetch({count, holding, at_random})` asks the server; `unsent()`: drawings answered already. */
  constructor(fetch, unsent) {
    super();
    this.#fetch = fetch;
    this.#unsent = unsent;
  }

  get front() {
    return this.#items[0] ?? null;
  }

  /** Nothing is there, and the server says that nothing waits. */
  get isEmpty() {
    return this.#isKnown && !this.front;
  }

  /** Takes the front one away; the next is there at once. */
  take() {
    this.#items.shift();
    this.#isKnown = false;
    this.#lastTaken = performance.now();
    this.#emit("item", this.front);
    this.#refill();
  }

  /** Puts one before all others. */
  putBack(item) {
    this.#items.unshift(item);
    this.#emit("item", item);
  }

  /** Forgets a drawing that is not to be looked at after all. */
  drop(drawing) {
    const wasInFront = this.front?.drawing === drawing;
    this.#items = this.#items.filter((item) => item.drawing !== drawing);
    if (wasInFront) this.#emit("item", this.front);
    this.#refill();
  }

  /** Asks the server now, and from then on now and then. */
  async ask() {
    clearTimeout(this.#timer);
    if (this.#isFetching) return;
    this.#isFetching = true;
    const request = this.#request();
    const answer = await this.#fetch(request).catch((error) => {
      this.#emit("trouble", error);
      return null;
    });
    this.#isFetching = false;
    if (answer) this.#add(answer, request);
    const isShort = this.#items.length < AHEAD && answer?.results.length === request.count;
    if (answer && isShort) this.ask(); // taken faster than they came
    else this.#again(answer || this.front ? EVERY : SOON);
  }

  #request() {
    const holding = this.#here();
    const room = Math.max(0, Math.min(BATCH, MOST - holding.length));
    const count = this.#items.length < AHEAD ? room : 0;
    return { count, holding: holding.slice(0, MOST), at_random: this.atRandom };
  }

  #add({ results, ...counts }, request) {
    const here = this.#here();
    const fresh = results.filter((item) => !here.includes(item.drawing));
    const hadNone = !this.front;
    this.#items.push(...fresh);
    this.#isKnown = request.count > 0;
    for (const { picture } of fresh) if (picture) new Image().src = picture;
    this.#emit("trouble", null);
    this.#emit("counts", counts);
    if (hadNone) this.#emit("item", this.front);
  }

  #here() {
    return [...new Set([...this.#items.map((item) => item.drawing), ...this.#unsent()])];
  }

  #refill() {
    if (this.#items.length < AHEAD) this.ask();
  }

  #again(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#isLookedAt ? this.ask() : this.#again(EVERY)), pause);
  }

  /** Nobody in front of the page: what it holds is left to others when the minute is over. */
  get #isLookedAt() {
    const isIdle = this.front && performance.now() - this.#lastTaken > IDLE;
    return !document.hidden && !isIdle;
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
