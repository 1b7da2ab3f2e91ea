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

const api = new Api(root.dataset);
const ink = new Ink();
const panel = new AnswerPanel(find("answer"));
const keeping = new Keeping(root, api);
const live = new Live((reading, options) => api.recognise(reading, options));
const brush = () => Number(find("brush").value);
const pad = new Pad(find("pad"), ink, { brush, startsFresh: () => keeping.isDone });

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

function inkMoved({ now }) {
  keeping.turnTo(ink.paper, { isBlank: ink.isBlank });
  showTools();
  ask({ now });
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

let newestPicture = 0;

async function takePicture(file) {
  const problem = objection(file);
  if (problem) {
    toast(problem, "error");
    return;
  }
  newestPicture += 1;
  const number = newestPicture;
  const picture = await readPicture(file);
  if (!picture) toast("The picture cannot be read.", "error");
  else if (number === newestPicture) {
    ink.show(picture);
    find("save").focus({ preventScroll: true });
  }
}

async function save() {
  const { paper } = ink;
  if (ink.isBlank || ink.active || keeping.isKept) return;
  live.cancel(); // the answer comes with the drawing
  const answer = await keeping.save(reading());
  if (answer) live.wake();
  if (paper !== ink.paper) return;
  if (!answer) {
    ask({ now: true });
    return;
  }
  panel.show(answer);
  sayTrouble(null);
}

function openSaved() {
  const saved = JSON.parse(document.getElementById("saved-drawing").textContent);
  if (!saved?.strokes) return;
  ink.load(saved.strokes, brushOnField());
  keeping.open(saved);
}

/** The brush in field units, for ink that was drawn elsewhere. */
const brushOnField = () => (brush() * FIELD) / find("pad").getBoundingClientRect().width;

function listen() {
  ink.addEventListener("extend", () => inkMoved({ now: false }));
  ink.addEventListener("change", () => inkMoved({ now: true }));
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
  right: () => keeping.confirm(),
  label: (label) => keeping.label(label),
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
inkMoved({ now: true });
openSaved();
