/** Wires the studio: ink, pad, live answer, explanation, saving, pictures and keys. */

import { AnswerPanel } from "./answer-panel.js";
import { Api } from "./api.js";
import { keepDraft, takeDraft } from "./draft.js";
import { ExplanationTabs } from "./explanation-tabs.js";
import { gettext } from "./i18n.js";
import { Ink } from "./ink.js";
import { leaveAfterClick, listenForKeys } from "./keys.js";
import { late } from "./late.js";
import { LiveAnswer } from "./live-answer.js";
import { NumberCorrection } from "./number-correction.js";
import { Pad } from "./pad.js";
import { PaperView } from "./paper-view.js";
import { offerCrop } from "./picture-tools.js";
import { Saving } from "./saving.js";
import { toast } from "./toast.js";
import { listenForPictures } from "./upload.js";

const BRUSH = 20; // CSS px; only how it looks, since the network gets lines of one width
const TOOLS = "[data-undo], [data-redo], [data-clear], [data-wider]";
const root = document.querySelector("[data-studio]");
const find = (name) => root.querySelector(`[data-${name}]`);

const api = new Api(root.dataset);
const ink = new Ink();
const panel = new AnswerPanel(find("answer"), {
  source: () => (ink.picture ? "picture" : "strokes"),
  numberHint: gettext("Tap to correct"),
});
const saving = new Saving(root, api, { save, clear: () => ink.clear() });
const liveAnswer = new LiveAnswer({ root, ink, panel, api, keep: true });
const number = new NumberCorrection({ marks: find("marks"), editor: find("mark-editor"), ink, panel, api });
const view = new PaperView(root, ink);
const pad = new Pad(find("pad"), ink, {
  brush: BRUSH,
  penOnly: find("pen-only"),
  startsFresh: () => saving.isDone,
  tap: (point, unit) => number.actAt(point, unit),
});
const explanation = new ExplanationTabs({
  root: find("explanation"),
  ink,
  explain: (options) => api.explain(liveAnswer.payload(), options),
  copyTo: (canvas) => pad.copyTo(canvas),
});

/** Corrections of what is not saved are undone like strokes; a saved label is changed by another one. */
const corrects = (canStep) => canStep && !saving.isSavedOrSaving;

function undo() {
  if (corrects(number.canUndo)) number.undo();
  else ink.undo();
}

function redo() {
  if (corrects(number.canRedo)) number.redo();
  else ink.redo();
}

function showTools() {
  find("undo").disabled = !(ink.canUndo || corrects(number.canUndo));
  find("redo").disabled = !(ink.canRedo || corrects(number.canRedo));
  find("clear").disabled = ink.isBlank;
  find("wider").disabled = !ink.canWiden;
  keepFocus();
  find("hint").hidden = !ink.isBlank;
  root.dataset.strokes = ink.strokes.length;
}

/** A tool that was used by keyboard and is disabled now passes the focus on. */
function keepFocus() {
  const { activeElement: used } = document;
  if (!used?.disabled || !used.matches(TOOLS)) return;
  [...root.querySelectorAll(TOOLS)].find((tool) => !tool.disabled)?.focus({ preventScroll: true });
}

function inkChanged({ now }) {
  saving.setPaper(ink.paper, { isBlank: ink.isBlank });
  showTools();
  liveAnswer.update({ now });
  explanation.inkChanged();
}

function takePicture(picture) {
  ink.show(picture);
  find("right").focus({ preventScroll: true });
}

async function save(label) {
  const { paper } = ink;
  if (ink.isBlank || ink.active || saving.isSavedOrSaving) return;
  const answer = await saving.save(liveAnswer.payloadToSave(), label);
  if (answer) liveAnswer.requests.wake();
  if (paper !== ink.paper) return;
  showTools();
  if (!answer) {
    liveAnswer.update({ now: true });
    return;
  }
  panel.show(answer);
  number.saved(answer);
  liveAnswer.showTrouble(null);
}

let opened = null; // the saved drawing of the page's address: {id, first}, with its first stroke

/** The id of the opened drawing while the ink continues it, or null. */
const continued = () => (opened && ink.strokes[0] === opened.first ? opened.id : null);

/** Opens the saved drawing of the address, if it has one, and what was drawn but not saved. */
function open() {
  const saved = JSON.parse(document.getElementById("saved-drawing").textContent);
  if (saved) {
    ink.load(saved.strokes, pad.penWidth);
    saving.open(saved);
    opened = { id: saved.id, first: ink.strokes[0] };
  }
  const { strokes, key, wanted, corrected } = takeDraft(root.dataset.user, continued());
  ink.append(strokes.slice(ink.strokes.length));
  saving.resume({ key, wanted });
  if (wanted === null) number.resume(corrected); // the wanted label is newer
}

/** A new drawing has no number in the address, so a reload shows it and not the one that was opened. */
function showAddress() {
  if (opened) history.replaceState(null, "", continued() === null ? location.pathname : `?drawing=${opened.id}`);
}

function listen() {
  ink.addEventListener("extend", () => inkChanged({ now: false }));
  ink.addEventListener("change", () => {
    inkChanged({ now: true });
    showAddress();
  });
  ink.addEventListener("widen", showTools);
  ink.addEventListener("full", () => toast(gettext("The drawing area is full. Save or clear it."), "warning"));
  liveAnswer.requests.addEventListener("answer", ({ detail }) => {
    number.answered(detail);
    saving.answered(detail);
    showTools();
  });
  number.addEventListener("correct", ({ detail }) => {
    saving.correct(detail);
    showTools();
  });
  saving.addEventListener("type", ({ detail }) => number.type(detail));
  find("undo").addEventListener("click", undo);
  find("redo").addEventListener("click", redo);
  find("clear").addEventListener("click", () => ink.clear());
  find("wider").addEventListener("click", () => ink.widen());
  find("share").addEventListener("click", async () => {
    const sharing = await late(() => import("./share-answer.js")); // rare
    sharing?.sharePad({ pad, ink, answer: find("answer") });
  });
}

const actions = {
  undo,
  redo,
  clear: () => number.close() || ink.clear(),
  enter: () => saving.confirm(),
  right: () => saving.confirm(),
  number: () => saving.typeNumber(),
  label: (label) => saving.label(label),
};

listen();
view.listen();
pad.listen();
listenForKeys(actions);
leaveAfterClick(root);
listenForPictures({ root, open: (file) => api.open(file), onPicture: takePicture });
offerCrop({ root, ink, onPicture: takePicture });
keepDraft(ink, {
  user: root.dataset.user,
  isUnsaved: () => !saving.isSaved,
  continued,
  about: () => ({ key: saving.key, wanted: saving.wanted, corrected: number.corrected }),
});
inkChanged({ now: true });
open();
