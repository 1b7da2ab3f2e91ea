/**
 * An outbox: a queue of requests that is sent in order, each retried until the server has it.
 *
 * Unsent entries are stored in the browser, so that a lost connection or a closed page loses
 * nothing. The server ignores an entry that arrives twice.
 *
 * Emits "sent" (detail: {entry, result}), "refused" ({entry, error}: a permanent failure) and
 * "trouble" (a temporary failure, or null when it is over).
 */

import { tryStorage } from "./browser-storage.js";

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;

export class Outbox extends EventTarget {
  #send;
  #store;
  #entries;
  #isSending = false;
  #pause = 0; // backoff in ms; 0: the last request succeeded
  #timer = null;

  /** `send(entry)` resolves with the server's answer. `store`: stores unsent entries. */
  constructor(send, store) {
    super();
    this.#send = send;
    this.#store = store;
    this.#entries = store.read();
  }

  /** What is not sent yet, oldest first. */
  get entries() {
    return this.#entries;
  }

  add(entry) {
    this.#entries.push(this.#store.save(entry));
    this.wake();
  }

  /** Drops what is not being sent and passes the test: something newer takes its place. */
  withdraw(test) {
    const isDropped = (entry, index) => (index > 0 || !this.#isSending) && test(entry);
    const dropped = this.#entries.filter(isDropped);
    this.#entries = this.#entries.filter((entry) => !dropped.includes(entry));
    for (const entry of dropped) this.#store.remove(entry);
  }

  /** Send now, without waiting for the backoff. */
  wake() {
    clearTimeout(this.#timer);
    if (!this.#isSending) this.#work();
  }

  async #work() {
    this.#isSending = true;
    while (this.#entries.length && (await this.#sendFirst()));
    this.#isSending = false;
  }

  /** Whether to go on with the next. */
  async #sendFirst() {
    const [entry] = this.#entries;
    try {
      const result = await this.#send(entry);
      this.#finish(entry, "sent", { entry, result });
    } catch (error) {
      if (error.isPassing || error.status === 401) return this.#wait(error);
      this.#finish(entry, "refused", { entry, error });
    }
    return true;
  }

  #finish(entry, type, detail) {
    this.#entries.shift();
    this.#store.remove(entry);
    if (this.#pause) this.#emit("trouble", null);
    this.#pause = 0;
    this.#emit(type, detail);
  }

  #wait(error) {
    this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2 || FIRST_PAUSE);
    const pause = Math.max(this.#pause, (error.retryAfter ?? 0) * 1000);
    this.#timer = setTimeout(() => this.wake(), pause);
    this.#emit("trouble", error);
    return false;
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/**
 * Entries in localStorage. Each has its own key, so that tabs do not overwrite each other. Without
 * localStorage, entries that are unsent when the page is closed are lost.
 */
export class BrowserStore {
  #prefix;
  #last = 0;

  constructor(prefix) {
    this.#prefix = prefix;
  }

  read() {
    const names = tryStorage(() => Object.keys(localStorage)) ?? [];
    const own = names.filter((name) => name.startsWith(this.#prefix)).sort();
    return own.map((name) => tryStorage(() => JSON.parse(localStorage.getItem(name)))).filter(Boolean);
  }

  /** Returns the entry with its key as `name`. */
  save(entry) {
    this.#last = Math.max(Date.now(), this.#last + 1);
    const saved = { ...entry, name: `${this.#prefix}${this.#last}` };
    tryStorage(() => localStorage.setItem(saved.name, JSON.stringify(saved)));
    return saved;
  }

  remove({ name }) {
    tryStorage(() => localStorage.removeItem(name));
  }
}
