/** Wires the review page: drawings one after the other, answered by a key each. */

import { post } from "./api.js";
import { listenForKeys } from "./keys.js";
import { labelName } from "./labels.js";
import { KeptInBrowser, Outbox } from "./outbox.js";
import { ReviewView, labelSign } from "./review-view.js";
import { toast } from "./toast.js";
import { Turns } from "./turns.js";
import { fill, gettext, ngettext } from "./words.js";

const root = document.querySelector("[data-review]");
const addresses = root.dataset;
const view = new ReviewView(root);
const store = new KeptInBrowser(`review:${addresses.user}:`);
const outbox = new Outbox(send, store);
const turns = new Turns((wish) => post(addresses.next, wish), unsent);

const past = []; // what can be undone: {turn, key, show}; key null: skipped
const shown = new Map(); // key or drawing -> how its line is changed
let counts = { labels: 0, doubtful: 0, done: 0 };
let lineTrouble = null;

function send({ kind, key, drawing, correction, label }) {
  if (kind === "undo") return post(addresses.undo.replace(addresses.nil, key), {});
  if (kind === "skip") return post(addresses.skip, { drawing });
  return post(addresses.decisions, { key, drawing, correction, label });
}

/** Drawings whose answers the server may not have yet. */
function unsent() {
  return outbox.entries.filter(({ kind }) => kind !== "undo").map(({ drawing }) => drawing);
}

function answer(label) {
  const turn = turns.front;
  if (!turn) return;
  const key = newKey();
  const { drawing, correction } = turn;
  const show = view.remember(turn, label);
  past.push({ turn, key, show });
  shown.set(key, show);
  count(turn, +1);
  view.answered();
  // Before it is taken: taking asks for more, and what is unsent must not come again.
  outbox.add({ kind: "answer", key, drawing, correction, label });
  turns.take();
}

/** A random UUID; crypto.randomUUID is missing where a site is reached without HTTPS. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function skip() {
  const turn = turns.front;
  if (!turn) return;
  past.push({ turn, key: null, show: view.remember(turn, null) });
  outbox.add({ kind: "skip", drawing: turn.drawing });
  turns.take();
}

function undo() {
  const last = past.pop();
  if (!last) {
    toast(gettext("Nothing to undo")); // its area is read out
    return;
  }
  last.show(gettext("Taken back"), "", "");
  turns.putBack(last.turn);
  if (!last.key) return;
  count(last.turn, -1);
  outbox.add({ kind: "undo", key: last.key, drawing: last.turn.drawing });
}

/** The counts as they will be when the server has heard of it. */
function count({ why }, change) {
  counts.done += change;
  if (why === "label") counts.labels = Math.max(0, counts.labels - change);
  if (why === "doubt") counts.doubtful = Math.max(0, counts.doubtful - change);
  view.counts(counts);
}

function sent({ entry, result }) {
  if (entry.kind !== "answer") return;
  const { state, badge } = outcome(result);
  shown.get(entry.key)?.(inShort(result, labelSign, " · "), state, badge);
  shown.delete(entry.key);
  view.say([inShort(result, labelName, ", "), badge].filter(Boolean).join(", "));
}

/** What the reviewer said, what the label was and what had been answered. */
function inShort({ label, given, answer }, name, between) {
  const parts = [fill(gettext("You: %(label)s"), { label: name(label) })];
  if (given !== null) parts.push(fill(gettext("label: %(label)s"), { label: name(given) }));
  if (answer !== null) parts.push(fill(gettext("answer: %(label)s"), { label: name(answer) }));
  return parts.join(between);
}

/** Against the label, or against the answer where there was none. */
function outcome({ label, given, answer, waits }) {
  const other = given ?? answer;
  const agrees = other === null || other === label;
  const judged = agrees ? gettext("agrees") : gettext("differs");
  const badge = waits ? gettext("waits") : other === null ? "" : judged;
  return { state: waits ? "pending" : agrees ? "approved" : "wrong", badge };
}

function refused({ entry, error }) {
  shown.get(entry.key)?.(gettext("Not counted"), "unsure", error.status === 409 ? gettext("too late") : gettext("refused"));
  if (entry.kind === "undo") turns.drop(entry.drawing);
  else past.splice(0, past.length, ...past.filter(({ key }) => key !== entry.key));
  if (error.status !== 404) toast(error.message, "warning");
  turns.ask();
}

function showTurn(turn) {
  if (turn) {
    view.state("turn");
    view.turn(turn);
    return;
  }
  view.state(turns.isEmpty ? "empty" : lineTrouble ? "waiting" : "loading");
  if (turns.isEmpty) view.say(gettext("Nothing waits for review."));
}

function showTrouble(error) {
  lineTrouble = error;
  const many = outbox.entries.length;
  const kept = ngettext("One answer is kept until then.", "%(count)s answers are kept until then.", many);
  view.trouble(error && [inWords(error), many ? fill(kept, { count: many }) : ""].join(" ").trim());
}

function inWords({ status, message, isSignedOut }) {
  if (status === 0) return gettext("Offline. It goes on with the connection.");
  if (isSignedOut) return gettext("You are signed out. Sign in again in another tab.");
  return status === 429 ? gettext("A little too fast for the server. It goes on shortly.") : message;
}

const SIDES = { drawing: "field", field: "drawing" };
let side = "drawing";

function turnOver(wanted = SIDES[side]) {
  side = wanted;
  view.side(side);
}

function listen() {
  turns.addEventListener("turn", ({ detail }) => showTurn(detail));
  turns.addEventListener("trouble", ({ detail }) => {
    if (detail || !outbox.entries.length) showTrouble(detail);
  });
  turns.addEventListener("counts", ({ detail }) => {
    if (outbox.entries.length) return; // the server does not know these yet
    const { waiting_labels: labels, doubtful, done_today: done } = detail;
    counts = { labels, doubtful, done };
    view.counts(counts);
  });
  outbox.addEventListener("sent", ({ detail }) => sent(detail));
  outbox.addEventListener("refused", ({ detail }) => refused(detail));
  outbox.addEventListener("trouble", ({ detail }) => showTrouble(detail));
  window.addEventListener("online", goOn);
  document.addEventListener("visibilitychange", () => document.hidden || goOn());
  root.addEventListener("click", press);
  setInterval(() => view.pace(), 5000);
}

function goOn() {
  outbox.wake();
  turns.ask();
}

function press({ target }) {
  const { dataset } = target.closest("button") ?? { dataset: {} };
  if (dataset.label) answer(Number(dataset.label));
  else if (dataset.sideButton) turnOver(dataset.sideButton);
  else if ("skip" in dataset) skip();
  else if ("undo" in dataset) undo();
  else if ("random" in dataset) goOnAtRandom();
}

function goOnAtRandom() {
  turns.atRandom = true;
  turns.ask();
}

listen();
listenForKeys({
  label: answer,
  skip,
  undo,
  "take-back": undo,
  "turn-over": () => turnOver(),
});
goOn();
