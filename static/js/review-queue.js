/**
 * The review queue: the item in front is shown, the next ones are prefetched.
 *
 * Emits "item" (detail: the item in front, or null), "counts" (of the server) and "trouble" (an
 * error, or null when it is over).
 */

const AHEAD = 4; // with fewer items more are fetched
const BATCH = 4;
const MOST = 12; // per person, a limit of the server
const EVERY = 25_000; // ms; renews the leases, which last a minute, and finds new items
const SOON = 2_000; // ms; after a failure with an empty queue
const IDLE = 300_000; // ms without an answer, after which leases are not renewed

export class ReviewQueue extends EventTarget {
  #fetch;
  #unsent;
  #items = [];
  #isFetching = false;
  #isKnown = false; // the server has answered since the last take()
  #timer = null;
  #lastTaken = performance.now();
  atRandom = false;

  /** `fetch({count, holding, at_random})` asks the server; `unsent()`: drawings in the outbox. */
  constructor(fetch, unsent) {
    super();
    this.#fetch = fetch;
    this.#unsent = unsent;
  }

  get front() {
    return this.#items[0] ?? null;
  }

  /** The queue is empty, and the server has said so. */
  get isEmpty() {
    return this.#isKnown && !this.front;
  }

  /** Removes the item in front. */
  take() {
    this.#items.shift();
    this.#isKnown = false;
    this.#lastTaken = performance.now();
    this.#emit("item", this.front);
    this.#refill();
  }

  /** Puts an item in front. */
  putBack(item) {
    this.#items.unshift(item);
    this.#emit("item", item);
  }

  /** Removes a drawing that need not be reviewed after all. */
  drop(drawing) {
    const wasInFront = this.front?.drawing === drawing;
    this.#items = this.#items.filter((item) => item.drawing !== drawing);
    if (wasInFront) this.#emit("item", this.front);
    this.#refill();
  }

  /** Asks the server now, and then at intervals. */
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
    if (answer && isShort) this.ask(); // items were taken faster than fetched
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
    this.#timer = setTimeout(() => (this.#isInUse ? this.ask() : this.#again(EVERY)), pause);
  }

  /** False if nobody uses the page: its leases are left to expire, for other reviewers. */
  get #isInUse() {
    const isIdle = this.front && performance.now() - this.#lastTaken > IDLE;
    return !document.hidden && !isIdle;
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
