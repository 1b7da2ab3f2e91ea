/**
 * Throttled requests for answers: at most one per MIN_INTERVAL, and at once when a stroke ends.
 *
 * A newer request aborts the older one; a sequence number drops late responses. While a stroke is
 * drawn, a request in flight gets MIN_WAIT to be answered. Otherwise a slow connection would show
 * nothing before the pen is lifted. Temporary failures are retried with exponential backoff.
 *
 * Emits "answer" (detail: the answer) and "trouble" (detail: an error, or null when it is over).
 */

const MIN_INTERVAL = 100;
const MIN_WAIT = 1000;
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;

export class LiveRequests extends EventTarget {
  #ask;
  #sequence = 0;
  #inFlight = null; // {controller, since}
  #pending = null; // a function that returns the newest payload
  #timer = null;
  #lastSent = -Infinity;
  #pause = 0; // backoff in ms; 0: the last request succeeded
  #quietUntil = 0;
  #settled = []; // called when nothing is in flight anymore

  /** `ask(payload, {signal})` resolves with an answer. */
  constructor(ask) {
    super();
    this.#ask = ask;
  }

  /** `payload()` is called when the request is sent, so that it has the newest ink. */
  request(payload, { now = false } = {}) {
    this.#pending = payload;
    if (now) this.#abort();
    this.#schedule(now ? 0 : MIN_INTERVAL);
  }

  /** Cancels all requests; late responses are dropped. */
  cancel() {
    this.#pending = null;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#abort();
  }

  /** Resolves when nothing is in flight: it was answered, failed or was canceled. */
  settled() {
    return new Promise((resolve) => {
      if (this.#inFlight) this.#settled.push(resolve);
      else resolve();
    });
  }

  /** The connection is back: end the backoff now. */
  wake() {
    if (!this.#pause) return;
    this.#quietUntil = 0;
    if (this.#pending) this.#schedule(0);
  }

  #schedule(interval) {
    const time = performance.now();
    const minWait = this.#inFlight ? this.#inFlight.since + MIN_WAIT : 0;
    const due = Math.max(this.#lastSent + interval, minWait, this.#quietUntil);
    clearTimeout(this.#timer);
    if (due <= time) this.#send();
    else this.#timer = setTimeout(() => this.#send(), due - time);
  }

  async #send() {
    this.#abort();
    const payload = this.#pending;
    this.#pending = null;
    this.#sequence += 1;
    const sequence = this.#sequence;
    const controller = new AbortController();
    this.#lastSent = performance.now();
    this.#inFlight = { controller, since: this.#lastSent };
    try {
      const answer = await this.#ask(payload(), { signal: controller.signal });
      if (sequence === this.#sequence) this.#succeed(answer);
    } catch (error) {
      if (sequence === this.#sequence && error.name !== "AbortError") this.#fail(error, payload);
    }
  }

  #succeed(answer) {
    this.#inFlight = null;
    if (this.#pause) this.#emit("trouble", null);
    this.#pause = 0;
    this.#quietUntil = 0;
    this.#emit("answer", answer);
    this.#settle();
    if (this.#pending) this.#schedule(MIN_INTERVAL);
  }

  #fail(error, payload) {
    this.#inFlight = null;
    this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2 || FIRST_PAUSE);
    this.#emit("trouble", error);
    this.#settle();
    if (!error.isPassing) return;
    this.#quietUntil = performance.now() + Math.max(this.#pause, (error.retryAfter ?? 0) * 1000);
    this.#pending ??= payload;
    this.#schedule(MIN_INTERVAL);
  }

  #abort() {
    this.#sequence += 1;
    this.#inFlight?.controller.abort();
    this.#inFlight = null;
    this.#settle();
  }

  #settle() {
    for (const resolve of this.#settled.splice(0)) resolve();
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
