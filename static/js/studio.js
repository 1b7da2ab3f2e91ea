/** Wires the studio: ink, pad, answers that follow, what was seen, keeping, pictures and keys. */

import { AnswerPanel } from "./answer.js";
import { Api } from "./api.js";
import { keepDraft, takeDraft } from "./draft.js";
import { Following } from "./following.js";
import { FIELD } from "./geometry.js";
import { Ink } from "./ink.js";
import { Keeping } from "./keeping.js";
import { listenForKeys } from "./keys.js";
import { Pad } from "./pad.js";
import { Seen } from "./seen.js";
import { toast } from "./toast.js";
import { listenForPictures } from "./upload.js";
import { gettext } from "./words.js";

const root = document.querySelector("[data-studio]");
const find = (name) => root.querySelector(`[data-${name}]`);

const api = new Api(root.dataset);
const ink = new Ink();
const panel = new AnswerPanel(find("answer"));
const keeping = new Keeping(root, api);
const following = new Following({ root, ink, panel, api });
const brush = () => Number(find("brush").value);
const pad = new Pad(find("pad"), ink, {
  brush,
  penOnly: find("pen-only"),
  startsFresh: () => keeping.isDone,
});
const seen = new Seen({
  root: find("seen"),
  ink,
  explain: (options) => api.explain(following.reading(), options),
  copyTo: (canvas) => pad.copyTo(canvas),
});
let newest = null; // the newest answer

function showTools() {
  find("undo").disabled = !ink.canUndo;
  find("redo").disabled = !ink.canRedo;
  find("clear").disabled = ink.isBlank;
  find("hint").hidden = !ink.isBlank;
  root.dataset.strokes = ink.strokes.length;
}

function inkMoved({ now }) {
  keeping.turnTo(ink.paper, { isBlank: ink.isBlank });
  showTools();
  following.ask({ now });
  seen.inkMoved();
}

function takePicture(picture) {
  ink.show(picture);
  find("save").focus({ preventScroll: true });
}

async function save() {
  const { paper } = ink;
  if (ink.isBlank || ink.active || keeping.isKept) return;
  following.live.cancel(); // the answer comes with the drawing
  const answer = await keeping.save(following.reading());
  if (answer) following.live.wake();
  if (paper !== ink.paper) return;
  if (!answer) {
    following.ask({ now: true });
    return;
  }
  panel.show(withReason(answer));
  following.say(null);
}

/** Only a fresh answer tells that there were several digits; a stored one of the same ink keeps it. */
function withReason(stored) {
  if (stored.is_digit || newest?.reason !== "several") return stored;
  return { ...stored, reason: newest.reason, message: newest.message };
}

function openSaved() {
  const saved = JSON.parse(document.getElementById("saved-drawing").textContent);
  if (saved?.strokes) {
    ink.load(saved.strokes, brushOnField());
    keeping.open(saved);
  } else {
    ink.restore(takeDraft(root.dataset.user));
  }
}

/** The brush in field units, for ink that was drawn elsewhere. */
const brushOnField = () => (brush() * FIELD) / find("pad").getBoundingClientRect().width;

function listen() {
  ink.addEventListener("extend", () => inkMoved({ now: false }));
  ink.addEventListener("change", () => inkMoved({ now: true }));
  ink.addEventListener("full", () => toast(gettext("The paper is full. Save or clear it."), "warning"));
  following.live.addEventListener("answer", ({ detail }) => {
    newest = detail;
    keeping.answered(detail);
  });
  find("undo").addEventListener("click", () => ink.undo());
  find("redo").addEventListener("click", () => ink.redo());
  find("clear").addEventListener("click", () => ink.clear());
  find("new").addEventListener("click", () => ink.clear());
  find("save").addEventListener("click", save);
  find("brush").addEventListener("input", showBrush);
}

function showBrush() {
  find("brush-size").textContent = brush();
}

const BRUSH_STEP = 2;

function changeBrush(by) {
  find("brush").valueAsNumber += by; // the field keeps it within its limits
  showBrush();
}

const actions = {
  undo: () => ink.undo(),
  redo: () => ink.redo(),
  clear: () => ink.clear(),
  enter: () => (keeping.isSaved ? keeping.confirm() : save()),
  right: () => keeping.confirm(),
  label: (label) => keeping.label(label),
  thinner: () => changeBrush(-BRUSH_STEP),
  thicker: () => changeBrush(BRUSH_STEP),
};

listen();
pad.listen();
listenForKeys(actions);
listenForPictures({
  area: find("drop"),
  button: find("upload"),
  input: find("file"),
  onPicture: takePicture,
});
keepDraft(ink, { user: root.dataset.user, isUnsaved: () => !keeping.isSaved });
inkMoved({ now: true });
openSaved();
