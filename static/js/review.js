/** Wires the review page: view, review queue, outbox and keys. */

import { post } from "./api.js";
import { isSecondClick } from "./double-click.js";
import { fill, gettext, ngettext } from "./i18n.js";
import { listenForKeys } from "./keys.js";
import { labelFor, labelName } from "./labels.js";
import { allowOnlyNumbers } from "./number-input.js";
import { BrowserStore, Outbox } from "./outbox.js";
import { ReviewQueue } from "./review-queue.js";
import { labelSign, MOST, ReviewView } from "./review-view.js";
import { randomKey } from "./random-key.js";
import { signedOut } from "./sign-in.js";
import { toast } from "./toast.js";

const root = document.querySelector("[data-review]");
const addresses = root.dataset;
const view = new ReviewView(root);
const store = new BrowserStore(`review:${addresses.user}:`);
const outbox = new Outbox(send, store);
const queue = new ReviewQueue((request) => post(addresses.next, request), unsent);

const past = []; // the undo stack: {item, key, show}; key null: skipped
const shown = new Map(); // key of an answer -> function that updates its line
let counts = { labels: 0, doubtful: 0, done: 0 };
let queueTrouble = null;
let contradictions = 0; // of sure answers, in a row
const MANY = 3;

function send({ kind, key, drawing, correction, label }) {
  if (kind === "undo") return post(addresses.undo.replace(addresses.nil, key), {});
  if (kind === "skip") return post(addresses.skip, { drawing });
  return post(addresses.decisions, { key, drawing, correction, label });
}

/** Drawings with answers that the server may not have yet. */
function unsent() {
  return outbox.entries.filter(({ kind }) => kind !== "undo").map(({ drawing }) => drawing);
}

function answer(label) {
  const item = queue.front;
  if (!item) return;
  const key = randomKey();
  const { drawing, correction } = item;
  const show = view.remember(item, label);
  past.push({ item, key, show });
  shown.set(key, show);
  count(item, +1);
  view.answered();
  // Before take(): that asks the server for more, and must exclude unsent drawings.
  outbox.add({ kind: "answer", key, drawing, correction, label });
  queue.take();
}

function skip() {
  const item = queue.front;
  if (!item) return;
  past.push({ item, key: null, show: view.remember(item, null) });
  outbox.add({ kind: "skip", drawing: item.drawing });
  queue.take();
}

function undo() {
  const last = past.pop();
  if (!last) {
    toast(gettext("Nothing to undo")); // announced to screen readers as well
    return;
  }
  last.show(gettext("Undone"), "", "");
  queue.putBack(last.item);
  if (!last.key) return;
  shown.delete(last.key); // its reply may come late
  count(last.item, -1);
  countContradictions(false);
  outbox.add({ kind: "undo", key: last.key, drawing: last.item.drawing });
}

/** Updates the counts before the server does, which counts no further than MOST + 1. */
function count({ why }, change) {
  const left = (waiting) => (waiting > MOST ? waiting : Math.max(0, waiting - change));
  counts.done += change;
  if (why === "label") counts.labels = left(counts.labels);
  if (why === "doubt") counts.doubtful = left(counts.doubtful);
  view.counts(counts);
}

function sent({ entry, result }) {
  if (entry.kind !== "answer") return;
  const show = shown.get(entry.key);
  if (!show) return; // undone, or answered on an earlier page
  const { state, badge } = outcome(result);
  show(inShort(result, labelSign, " · "), state, badge);
  shown.delete(entry.key);
  countContradictions(result.contradicts_sure);
  view.say([inShort(result, labelName, ", "), badge].filter(Boolean).join(", "));
}

/** What the reviewer said, the label and the version's answer. */
function inShort({ label, given, answer }, name, between) {
  const parts = [fill(gettext("You: %(label)s"), { label: name(label) })];
  if (given !== null) parts.push(fill(gettext("label: %(label)s"), { label: name(given) }));
  if (answer !== null) parts.push(fill(gettext("answer: %(label)s"), { label: name(answer) }));
  return parts.join(between);
}

/** Compares with the label, or with the answer if there is no label. */
function outcome({ label, given, answer, waits }) {
  const other = given ?? answer;
  const agrees = other === null || other === label;
  const judged = agrees ? gettext("agrees") : gettext("differs");
  const badge = waits ? gettext("waits") : other === null ? "" : judged;
  return { state: waits ? "pending" : agrees ? "approved" : "wrong", badge };
}

/** Several in a row are seldom the site's mistakes: a key may be wrong, or the picture not looked at. */
function countContradictions(contradicts) {
  contradictions = contradicts ? contradictions + 1 : 0;
  const text = gettext("Your last %(count)s answers contradict answers that the site was sure of. Please look again; U undoes.");
  view.contradictions(contradictions < MANY ? "" : fill(text, { count: contradictions }));
}

function refused({ entry, error }) {
  shown.get(entry.key)?.(gettext("Not counted"), "unsure", error.status === 409 ? gettext("too late") : gettext("refused"));
  if (entry.kind === "undo") queue.drop(entry.drawing);
  else past.splice(0, past.length, ...past.filter(({ key }) => key !== entry.key));
  if (error.status !== 404) toast(error.message, "warning");
  queue.ask();
}

function showItem(item) {
  if (item) {
    view.state("item");
    view.item(item);
    return;
  }
  view.state(queue.isEmpty ? "empty" : queueTrouble ? "waiting" : "loading");
  if (queue.isEmpty) view.say(gettext("Nothing waits for review."));
}

function showTrouble(error) {
  queueTrouble = error;
  const many = outbox.entries.length;
  const kept = ngettext("One answer is kept until then.", "%(count)s answers are kept until then.", many);
  view.trouble(error && [inWords(error), many ? fill(kept, { count: many }) : ""].join(" ").trim(), error);
}

function inWords({ status, message, isSignedOut }) {
  if (status === 0) return gettext("Offline. It continues when the connection is back.");
  if (isSignedOut) return signedOut();
  return status === 429 ? gettext("Too many requests. It continues shortly.") : message;
}

const OTHER_PICTURE = { drawing: "network-input", "network-input": "drawing" };
let picture = "drawing";

function switchPicture(wanted = OTHER_PICTURE[picture]) {
  picture = wanted;
  view.picture(picture);
}

/** Sends the number that was typed. One digit is a label like that of its key. */
function answerNumber(event) {
  event.preventDefault();
  const label = labelFor(view.number.value.trim());
  if (label !== null) answer(label);
}

function listen() {
  root.querySelector("[data-number-form]").addEventListener("submit", answerNumber);
  allowOnlyNumbers(view.number);
  view.number.addEventListener("keydown", ({ key }) => key === "Escape" && view.number.blur());
  queue.addEventListener("item", ({ detail }) => showItem(detail));
  queue.addEventListener("trouble", ({ detail }) => {
    if (detail || !outbox.entries.length) showTrouble(detail);
  });
  queue.addEventListener("counts", ({ detail }) => {
    if (outbox.entries.length) return; // the server's counts do not include these yet
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
  queue.ask();
}

function press(event) {
  const { dataset } = event.target.closest("button") ?? { dataset: {} };
  const answers = dataset.label || "skip" in dataset;
  if (answers && isSecondClick(event)) return; // the drawing has only just appeared
  if (dataset.label) answer(Number(dataset.label));
  else if (dataset.show) switchPicture(dataset.show);
  else if ("skip" in dataset) skip();
  else if ("undo" in dataset) undo();
  else if ("random" in dataset) goOnAtRandom();
}

function goOnAtRandom() {
  queue.atRandom = true;
  queue.ask();
}

listen();
listenForKeys({
  label: answer,
  skip,
  undo,
  "take-back": undo,
  "switch-picture": () => switchPicture(),
  number: () => view.number.focus(),
});
goOn();
