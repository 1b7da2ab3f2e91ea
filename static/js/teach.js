/**
 * Teaching: the page asks for ten digits, and labels what is drawn with the digit that it asked for.
 *
 * After a REST without ink a drawing counts as finished. A drawing that is surely read as another digit
 * is given only after a question, so that a slip teaches nothing wrong.
 */

import { Api } from "./api.js";
import { fill, gettext, ngettext, number } from "./i18n.js";
import { Ink } from "./ink.js";
import { leaveAfterClick, listenForKeys } from "./keys.js";
import { labelName, labelOf } from "./labels.js";
import { LiveRequests } from "./live-requests.js";
import { BrowserStore, Outbox } from "./outbox.js";
import { Pad } from "./pad.js";
import { PaperView } from "./paper-view.js";
import { showTrouble, signedOut } from "./sign-in.js";
import { pathOf } from "./strokes.js";
import { DIGITS, MANY, Round } from "./teaching-round.js";

const BRUSH = 20; // CSS px
const REST = 1300; // ms; lifting the pen inside a digit takes less
const SURE = 0.95; // of another digit, from here on it asks

const root = document.querySelector("[data-teach]");
const find = (name) => root.querySelector(`[data-${name}]`);

const api = new Api(root.dataset);
const ink = new Ink();
const pad = new Pad(find("pad"), ink, { brush: BRUSH, penOnly: find("pen-only") });
const round = new Round(root.dataset.user);
const requests = new LiveRequests((payload, options) => api.recognize(payload, { ...options, mode: "digit" }));
const outbox = new Outbox(send, new BrowserStore(`teach:${root.dataset.user}:`));

let answer = null; // to the shown paper
let awaiting = null; // what goes on with the answer to the shown paper: finish, stop or nothing
let rest = null; // the timer
let isAway = false; // the server, or the connection

/** Saves a drawing with its label. Sent again, it is stored once. */
async function send({ key, strokes, label }) {
  const drawing = await saved(strokes, key);
  const { label_state: state } = await api.label(drawing.id, label);
  return { id: drawing.id, state, read: digitOf(drawing.answer) };
}

/** While the server still works on an earlier request for the same drawing, it is asked again later. */
async function saved(strokes, key) {
  try {
    return await api.save({ strokes }, key);
  } catch (error) {
    if (error.code === "conflict") error.status = 503;
    throw error;
  }
}

const digitOf = ({ is_digit: isDigit, digit }) => (isDigit ? digit : null);

function inkChanged({ now }) {
  endRest();
  answer = null;
  awaiting = null;
  find("question").hidden = true;
  showTools();
  if (ink.isBlank) {
    requests.cancel();
    return;
  }
  requests.request(() => ({ strokes: ink.toJSON() }), { now });
  if (!now) return;
  root.dataset.resting = "";
  rest = setTimeout(finish, REST);
}

function endRest() {
  clearTimeout(rest);
  delete root.dataset.resting;
}

function showTools() {
  find("undo").disabled = !ink.canUndo && !round.held;
  find("clear").disabled = ink.isBlank;
  find("next").disabled = ink.isBlank;
  find("hint").hidden = !ink.isBlank;
}

/** The drawing is finished: it is given, unless it has to wait for its answer or, asked, for a button. */
function finish() {
  if (ink.isBlank || ink.active || round.isOver) return false;
  endRest();
  awaiting = answer ? null : finish;
  if (isAway && !answer) give(undefined); // it is read when it is saved
  if (!answer) return true;
  if (isSlip()) ask(labelOf(answer));
  else give(digitOf(answer));
  return true;
}

/** The drawing is surely another digit than was asked. */
const isSlip = () => answer !== null && labelOf(answer) !== round.asked && answer.confidence >= SURE;

function ask(read) {
  const text = gettext("Asked was %(asked)s, but this looks like %(read)s.");
  find("question-text").textContent = fill(text, { asked: round.asked, read: labelName(read) });
  find("keep").textContent = fill(gettext("It is %(digit)s"), { digit: round.asked });
  find("question").hidden = false;
}

function give(read) {
  post();
  round.give(ink.toJSON(), read);
  if (round.isOver) post();
  ink.restore([]);
  show();
}

/** Sends the drawing that was held back. */
function post() {
  const held = round.release();
  if (held) outbox.add({ key: held.key, strokes: held.strokes, label: held.label });
}

/** Undoes a stroke, or on blank paper brings the last drawing back. */
function undo() {
  if (ink.canUndo) ink.undo();
  else if (round.held) {
    ink.restore(round.takeBack().strokes.map((points) => ({ points, width: pad.penWidth })));
    endRest(); // somebody wants to change it
    show();
  }
}

/** Ends the round. What is on the paper is given first, once it is read, unless it is a slip. */
function stop() {
  endRest();
  const isDrawn = !ink.isBlank && !ink.active;
  awaiting = isDrawn && !answer && !isAway ? stop : null;
  if (awaiting) return;
  if (isDrawn && !isSlip()) give(answer ? digitOf(answer) : undefined);
  if (round.isOver) return;
  round.stop();
  post();
  ink.restore([]);
  show();
}

function begin(digits) {
  round.begin(digits);
  show();
}

// What is shown ------------------------------------------------------------------------------------

let spoken = null;

function show() {
  const { given, isOver } = round;
  root.dataset.state = isOver ? "over" : "asking";
  find("desk").hidden = isOver;
  find("result").hidden = !isOver;
  find("digit").textContent = round.asked ?? "";
  find("stop").disabled = given.length === 0;
  find("count").textContent = fill(gettext("%(number)s of %(count)s"), { number: Math.min(given.length + 1, MANY), count: MANY });
  find("slots").replaceChildren(...Array.from({ length: MANY }, (_, index) => slot(given[index], index === given.length)));
  showTools();
  if (isOver) showResult();
  else say(fill(gettext("Draw %(digit)s. %(number)s of %(count)s."), { digit: round.asked, number: given.length + 1, count: MANY }));
}

/** One of the ten places: empty, or what was read of a drawing. */
function slot(drawing, isNow) {
  const place = document.createElement("li");
  place.toggleAttribute("data-now", isNow);
  if (!drawing) return place;
  const isRight = drawing.read === drawing.label;
  place.dataset.read = drawing.read === undefined ? "later" : isRight ? "right" : "wrong";
  place.textContent = drawing.label;
  place.setAttribute("aria-label", readAs(drawing));
  place.title = readAs(drawing);
  return place;
}

function readAs({ label, read }) {
  if (read === undefined) return fill(gettext("%(label)s, not read yet"), { label });
  if (read === label) return fill(gettext("%(label)s, read right"), { label });
  if (read === null) return fill(gettext("%(label)s, not read as a digit"), { label });
  return fill(gettext("%(label)s, read as %(read)s"), { label, read });
}

function showResult() {
  const { given, misread } = round;
  const right = given.filter(({ label, read }) => label === read).length;
  const text = ngettext("%(right)s of %(count)s drawing was read right", "%(right)s of %(count)s drawings were read right", given.length);
  find("result-title").textContent = fill(text, { right: number(right), count: number(given.length) });
  find("drawings").replaceChildren(...given.map(card));
  find("more").hidden = misread.length === 0;
  find("what-now").textContent = whatNow(given);
  if (spoken !== "over") find("result-title").focus({ preventScroll: true });
  spoken = "over";
}

function whatNow(given) {
  const count = (which) => given.filter(which).length;
  const [waiting, refused] = [count(({ state, refusal }) => !state && !refusal), count(({ refusal }) => refusal)];
  if (waiting) return fill(ngettext("%(count)s is being sent.", "%(count)s are being sent.", waiting), { count: waiting });
  const [pending, approved] = ["pending", "approved"].map((wanted) => count(({ state }) => state === wanted));
  return [
    pending && fill(ngettext("%(count)s label waits for a reviewer.", "%(count)s labels wait for a reviewer.", pending), { count: pending }),
    approved && fill(ngettext("%(count)s label is approved: the next retraining learns from it.", "%(count)s labels are approved: the next retraining learns from them.", approved), { count: approved }),
    refused && fill(ngettext("%(count)s drawing was not stored.", "%(count)s drawings were not stored.", refused), { count: refused }),
  ].filter(Boolean).join(" ");
}

function card(drawing) {
  const item = document.importNode(find("card").content, true).firstElementChild;
  const link = item.querySelector("a");
  if (drawing.id) link.href = link.dataset.pattern.replace("/0/", `/${drawing.id}/`);
  item.querySelector("path").setAttribute("d", pathOf(drawing.strokes));
  const isRight = drawing.read === drawing.label;
  item.querySelector("[data-words]").textContent = readAs(drawing);
  item.dataset.read = isRight ? "right" : "wrong";
  if (drawing.refusal) item.querySelector("[data-words]").textContent = drawing.refusal;
  return item;
}

function say(text) {
  if (text !== spoken) find("spoken").textContent = text;
  spoken = text;
}

function trouble(error) {
  for (const part of root.querySelectorAll("[data-trouble]")) part.hidden = !error;
  if (!error) return;
  const passing = error.status === 0 ? gettext("Offline. What you draw is kept and sent later.") : gettext("The server does not respond. What you draw is kept and sent later.");
  const words = error.isSignedOut ? signedOut() : error.isPassing ? passing : error.message;
  for (const part of root.querySelectorAll("[data-trouble]")) showTrouble(part, words, error);
}

// Events -------------------------------------------------------------------------------------------

ink.addEventListener("extend", () => inkChanged({ now: false }));
ink.addEventListener("change", () => inkChanged({ now: true }));
requests.addEventListener("answer", ({ detail }) => {
  if (ink.active) return;
  answer = detail;
  awaiting?.();
});
requests.addEventListener("trouble", ({ detail }) => {
  trouble(detail);
  isAway = Boolean(detail);
  if (isAway) awaiting?.();
});
outbox.addEventListener("sent", ({ detail: { entry, result } }) => {
  round.note(entry.key, result);
  show();
});
outbox.addEventListener("refused", ({ detail: { entry, error } }) => {
  round.note(entry.key, { refusal: error.message });
  trouble(error);
  show();
});
outbox.addEventListener("trouble", ({ detail }) => trouble(detail));
window.addEventListener("online", () => {
  outbox.wake();
  requests.wake();
});
document.addEventListener("visibilitychange", () => document.hidden || outbox.wake());
window.addEventListener("pagehide", post);
find("undo").addEventListener("click", undo);
find("clear").addEventListener("click", () => ink.clear());
find("next").addEventListener("click", finish);
find("keep").addEventListener("click", () => give(digitOf(answer)));
find("again").addEventListener("click", () => ink.clear());
find("stop").addEventListener("click", stop);
find("all").addEventListener("click", () => begin(DIGITS));
find("more").addEventListener("click", () => begin([...new Set(round.misread.map(({ label }) => label))]));

new PaperView(root, ink).listen();
pad.listen();
listenForKeys({ undo, redo: () => ink.redo(), clear: () => ink.clear(), enter: finish });
leaveAfterClick(root);
outbox.wake();
show();
