/**
 * Asks for an answer while ink flows: at most every INTERVAL, at once when a stroke ends.
 *
 * A newer question aborts the older one, and a sequence number drops replies that come late
 * all the same. While a stroke grows, a question on its way is left PATIENCE to come back, or
 * a slow line would never show anything before the pen is lifted. Trouble that may pass is
 * retried with growing pauses.
 *
 * Emits "answer" (detail: the answer) and "trouble" (detail: an error, or null when it is over).
 */

const INTERVAL = 100;
const PATIENCE = 1000;
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;

export class Live extends EventTarget {
  #ask;
  #sequence = 0;
  #request = null; // {controller, since}
  #wanted = null; // a function that gives the newest reading
  #timer = null;
  #lastSent = -Infinity;
  #pause = 0; // > 0: backing off
  #quietUntil = 0;

  /** `ask(reading, {signal})` resolves with an answer. */
  constructor(ask) {
    super();
    this.#ask = ask;
  }

  /** `reading()` is called when the question leaves, so that it carries the newest ink. */
  want(reading, { now = false } = {}) {
    this.#wanted = reading;
    if (now) this.#abort();
    this.#schedule(now ? 0 : INTERVAL);
  }

  /** Nothing to ask any more: later replies are dropped. */
  cancel() {
    this.#wanted = null;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#abort();
  }

  /** The connection is back: do not wait for the pause to end. */
  wake() {
    if (!this.#pause) return;
    this.#quietUntil = 0;
    if (this.#wanted) this.#schedule(0);
  }

  #schedule(interval) {
    const time = performance.now();
    const patience = this.#request ? this.#request.since + PATIENCE : 0;
    const due = Math.max(this.#lastSent + interval, patience, this.#quietUntil);
    clearTimeout(this.#timer);
    if (due <= time) this.#send();
    else this.#timer = setTimeout(() => this.#send(), due - time);
  }

  async #send() {
    this.#abort();
    const reading = this.#wanted;
    this.#wanted = null;
    this.#sequence += 1;
    const sequence = this.#sequence;
    const controller = new AbortController();
    this.#lastSent = performance.now();
    this.#request = { controller, since: this.#lastSent };
    try {
      const answer = await this.#ask(reading(), { signal: controller.signal });
      if (sequence === this.#sequence) this.#settle(answer);
    } catch (error) {
      if (sequence === this.#sequence && error.name !== "AbortError") this.#fail(error, reading);
    }
  }

  #settle(answer) {
    this.#request = null;
    if (this.#pause) this.#emit("trouble", null);
    this.#pause = 0;
    this.#quietUntil = 0;
    this.#emit("answer", answer);
    if (this.#wanted) this.#schedule(INTERVAL);
  }

  #fail(error, reading) {
    this.#request = null;
    this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2 || FIRST_PAUSE);
    this.#emit("trouble", error);
    if (!error.isPassing) return;
    this.#quietUntil = performance.now() + Math.max(this.#pause, (error.retryAfter ?? 0) * 1000);
    this.#wanted ??= reading;
    this.#schedule(INTERVAL);
  }

  #abort() {
    this.#sequence += 1;
    this.#request?.controller.abort();
    this.#request = null;
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
