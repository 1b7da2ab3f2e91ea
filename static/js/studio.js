/** Wires the studio: ink, pad, live answers, keeping, pictures and keys. */

import { AnswerPanel } from "./answer.js";
import { Api } from "./api.js";
import { FIELD } from "./geometry.js";
import { Ink } from "./ink.js";
import { Keeping } from "./keeping.js";
import { listenForKeys } from "./keys.js";
import { Live } from "./live.js";
import { Pad } from "./pad.js";
import { toast } from "./toast.js";
import { listenForPictures, objection, readPicture } from "./upload.js";

const root = document.querySelector("[data-studio]");
const find = (name) => root.querySelector(`[data-${name}]`);

const api = new Api(root.dataset.api);
const ink = new Ink();
const panel = new AnswerPanel(find("answer"));
const keeping = new Keeping(root, api);
const live = new Live((reading, options) => api.recognise(reading, options));
const brush = () => Number(find("brush").value);
const pad = new Pad(find("pad"), ink, { brush, startsFresh: () => keeping.isKept });

/** What the server is asked to read: the picture, or the strokes. */
function reading() {
  return ink.picture ? { image: ink.picture.file } : { strokes: ink.toJSON() };
}

function ask({ now }) {
  if (!ink.isBlank) {
    live.want(reading, { now });
    return;
  }
  live.cancel();
  panel.blank();
  sayTrouble(null);
}

function showTools() {
  find("undo").disabled = !ink.canUndo;
  find("redo").disabled = !ink.canRedo;
  find("clear").disabled = ink.isBlank;
  find("hint").hidden = !ink.isBlank;
  root.dataset.strokes = ink.strokes.length;
}

function inkGrew() {
  if (root.dataset.state !== "drawn") keeping.changed(false);
  showTools();
  ask({ now: false });
}

function inkChanged() {
  keeping.changed(ink.isBlank);
  showTools();
  ask({ now: true });
}

/** Said quietly on the paper; drawing goes on. */
function sayTrouble(error) {
  const note = find("trouble");
  note.hidden = !error;
  find("answer").toggleAttribute("data-stale", Boolean(error));
  if (!error) return;
  panel.unanswered();
  note.textContent = inWords(error);
}

function inWords({ status, code, message, isPassing }) {
  if (status === 0) return "Offline. Answers resume with the connection.";
  if (status === 401 || status === 403) return "You are signed out. Sign in again.";
  if (status === 429) return "Too many questions. The answer follows shortly.";
  if (isPassing && code !== "unavailable") return "The server does not answer. Trying again.";
  return message;
}

async function takePicture(file) {
  const problem = objection(file);
  const picture = problem ? null : await readPicture(file);
  if (!picture) {
    toast(problem || "The picture cannot be read.", "error");
    return;
  }
  ink.show(picture);
  find("save").focus({ preventScroll: true });
}

function save() {
  if (ink.isBlank || ink.active) return;
  live.cancel();
  keeping.save(reading(), (answer) => panel.show(answer));
}

function openSaved() {
  const saved = JSON.parse(document.getElementById("saved-drawing").textContent);
  if (!saved?.strokes) return;
  ink.load(saved.strokes, brushOnField());
  keeping.adopt(saved);
}

/** The brush in field units, for ink that was drawn elsewhere. */
const brushOnField = () => (brush() * FIELD) / find("pad").getBoundingClientRect().width;

function listen() {
  ink.addEventListener("extend", inkGrew);
  ink.addEventListener("change", inkChanged);
  ink.addEventListener("full", () => toast("The paper is full. Save or clear it.", "warning"));
  live.addEventListener("answer", ({ detail }) => {
    panel.show(detail);
    keeping.answered(detail);
  });
  live.addEventListener("trouble", ({ detail }) => sayTrouble(detail));
  window.addEventListener("online", () => live.wake());
  find("undo").addEventListener("click", () => ink.undo());
  find("redo").addEventListener("click", () => ink.redo());
  find("clear").addEventListener("click", () => ink.clear());
  find("new").addEventListener("click", () => ink.clear());
  find("save").addEventListener("click", save);
  find("keys").addEventListener("click", openKeySheet);
  find("brush").addEventListener("input", () => {
    find("brush-size").textContent = brush();
  });
}

function openKeySheet() {
  document.querySelector("[data-key-sheet]").showModal();
}

const actions = {
  undo: () => ink.undo(),
  redo: () => ink.redo(),
  clear: () => ink.clear(),
  enter: () => (keeping.isSaved ? keeping.confirm() : save()),
  right: () => keeping.isSaved && keeping.confirm(),
  label: (label) => keeping.isSaved && keeping.label(label),
  help: openKeySheet,
};

listen();
pad.listen();
listenForKeys(actions);
listenForPictures({
  area: find("drop"),
  button: find("upload"),
  input: find("file"),
  onFile: takePicture,
});
panel.blank();
showTools();
openSaved();
