/**
 * The tabs beside the ten bars: preprocessing steps and heat map.
 *
 * An explanation costs as much as a hundred answers. So it is requested only while one of its tabs
 * is open, after the ink has not changed for PAUSE, and once per paper (the object `ink.paper`).
 * While a newer one is on its way, the shown one is marked as stale.
 */

import { gettext } from "./i18n.js";
import { late } from "./late.js";
import { signedOut, signInLink } from "./sign-in.js";
import { listenForTabs } from "./tabs.js";

const PAUSE = 250; // ms
const RETRY_AFTER = 3; // seconds, after a temporary failure
// Loaded when a tab is first opened, so that drawing does not wait for them.
const importPainters = () => Promise.all([import("./preprocessing-steps.js"), import("./heat-map.js")]);

export class ExplanationTabs {
  #root;
  #ink;
  #explain;
  #copyTo;
  #isOpen = false;
  #isScrollPending = false; // a tab was just opened; on a phone the tools may cover it
  #shown = null; // the paper that is explained
  #request = null; // {paper, controller}
  #timer = null;

  /** `explain({signal})` requests an explanation of the ink; `copyTo(canvas)` copies the pad. */
  constructor({ root, ink, explain, copyTo }) {
    this.#root = root;
    this.#ink = ink;
    this.#explain = explain;
    this.#copyTo = copyTo;
    listenForTabs(root.querySelector("[data-tabs]"), (name) => this.#open(name));
    window.addEventListener("online", () => this.inkChanged());
  }

  inkChanged() {
    if (!this.#isOpen || this.#ink.paper === this.#shown) return;
    clearTimeout(this.#timer);
    this.#drop();
    this.#root.toggleAttribute("data-stale", true);
    if (this.#ink.isBlank) this.#clear(gettext("Draw something to see it here."));
    else this.#timer = setTimeout(() => this.#ask(), PAUSE);
  }

  #open(name) {
    this.#isOpen = ["steps", "heat"].includes(name);
    this.#root.dataset.open = name;
    this.#isScrollPending = name !== "digits";
    if (name === "reliability" || (this.#isOpen && this.#ink.paper === this.#shown)) this.#scrollIntoView();
    else this.inkChanged();
  }

  async #ask() {
    const { paper } = this.#ink;
    if (!paper) return; // a stroke is being drawn; its end asks again
    const request = { controller: new AbortController() };
    this.#request = request;
    try {
      const { signal } = request.controller;
      const [explanation, painters] = await Promise.all([this.#explain({ signal }), late(importPainters)]);
      if (this.#request !== request) return;
      if (!painters) return this.#clear("");
      await this.#show(explanation, painters);
      if (this.#request === request) this.#shown = paper;
    } catch (error) {
      if (this.#request === request && error.name !== "AbortError") this.#fail(error);
    }
  }

  #fail(error) {
    this.#clear(inWords(error));
    if (error.isSignedOut) for (const part of this.#words) part.append(" ", signInLink());
    if (error.isPassing) this.#timer = setTimeout(() => this.#askAgain(), (error.retryAfter ?? RETRY_AFTER) * 1000);
  }

  #askAgain() {
    if (this.#isOpen) this.#ask();
  }

  #drop() {
    this.#request?.controller.abort();
    this.#request = null;
    this.#shown = null;
  }

  async #show({ answer, steps, heat }, [{ showSteps }, { paintHeatMap, summary }]) {
    await showSteps(this.#part("steps"), steps, this.#copyTo);
    this.#part("heat").hidden = !heat;
    if (heat) paintHeatMap(this.#part("heat-map"), heat.values, answer.network_input);
    this.#part("heat-words").textContent = heat ? summary(heat) : gettext("No ink was found.");
    this.#part("steps-words").textContent = "";
    this.#root.toggleAttribute("data-stale", false);
    this.#scrollIntoView();
  }

  #scrollIntoView() {
    if (!this.#isScrollPending) return;
    this.#isScrollPending = false;
    this.#root.querySelector('[role="tabpanel"]:not([hidden])').scrollIntoView({ block: "nearest" });
  }

  #clear(words) {
    this.#part("steps").replaceChildren();
    this.#part("heat").hidden = true;
    for (const part of this.#words) part.textContent = words;
    this.#root.toggleAttribute("data-stale", false);
  }

  get #words() {
    return ["steps-words", "heat-words"].map((name) => this.#part(name));
  }

  #part(name) {
    return this.#root.querySelector(`[data-${name}]`);
  }
}

function inWords({ status, message, isSignedOut }) {
  if (isSignedOut) return signedOut();
  return status === 0 ? gettext("Offline. It is shown once the connection is back.") : message;
}
