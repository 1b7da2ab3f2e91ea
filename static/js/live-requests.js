/**
 * Asks for an answer while ink flows: at most every MIN_INTERVAL, at once when a stroke ends.
 *
 * A newer question aborts the older one, and a sequence number drops replies that come late
 * all the same. While a stroke grows, a question on its way is left MIN_WAIT to come back, or
 * a slow line would never show anything before the pen is lifted. Trouble that may pass is
 * retried with growing pauses.
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
  #pending = null; // a function that gives the newest payload
  #timer = null;
  #lastSent = -Infinity;
  #pause = 0; // > 0: backing off
  #quietUntil = 0;

  /** `ask(payload, {signal})` resolves with an answer. */
  constructor(ask) {
    super();
    this.#ask = ask;
  }

  /** `payload()` is called when the question leaves, so that it carries the newest ink. */
  request(payload, { now = false } = {}) {
    this.#pending = payload;
    if (now) this.#abort();
    this.#schedule(now ? 0 : MIN_INTERVAL);
  }

  /** Nothing to ask any more: later replies are dropped. */
  cancel() {
    this.#pending = null;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#abort();
  }

  /** The connection is back: do not wait for the pause to end. */
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
    if (this.#pending) this.#schedule(MIN_INTERVAL);
  }

  #fail(error, payload) {
    this.#inFlight = null;
    this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2 || FIRST_PAUSE);
    this.#emit("trouble", error);
    if (!error.isPassing) return;
    this.#quietUntil = performance.now() + Math.max(this.#pause, (error.retryAfter ?? 0) * 1000);
    this.#pending ??= payload;
    this.#schedule(MIN_INTERVAL);
  }

  #abort() {
    this.#sequence += 1;
    this.#inFlight?.controller.abort();
    this.#inFlight = null;
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
