/** Wires the home page: draw or upload without an account. Nothing is stored. */

import { AnswerPanel } from "./answer-panel.js";
import { Api } from "./api.js";
import { keepDraft, takeDraft } from "./draft.js";
import { gettext } from "./i18n.js";
import { Ink } from "./ink.js";
import { listenForKeys } from "./keys.js";
import { LiveAnswer } from "./live-answer.js";
import { Marks } from "./marks.js";
import { Pad } from "./pad.js";
import { PaperView } from "./paper-view.js";
import { offerCrop } from "./picture-tools.js";
import { toast } from "./toast.js";
import { listenForPictures } from "./upload.js";

const root = document.querySelector("[data-try]");
const find = (name) => root.querySelector(`[data-${name}]`);
const BRUSH = 18; // CSS px
const NOBODY = ""; // the draft of somebody who is not signed in

const ink = new Ink();
const panel = new AnswerPanel(find("answer"), { source: () => (ink.picture ? "picture" : "strokes") });
const api = new Api(root.dataset);
const liveAnswer = new LiveAnswer({ root, ink, panel, api });
const marks = new Marks(find("marks"), ink);

function inkChanged({ now }) {
  if (ink.isBlank) marks.show();
  find("undo").disabled = !ink.canUndo;
  find("clear").disabled = ink.isBlank;
  find("hint").hidden = !ink.isBlank;
  liveAnswer.update({ now });
}

const notHere = () => false;
const actions = {
  undo: () => ink.undo(),
  redo: () => ink.redo(),
  clear: () => ink.clear(),
  enter: notHere,
  right: notHere,
  label: notHere,
};

ink.addEventListener("extend", () => inkChanged({ now: false }));
ink.addEventListener("change", () => inkChanged({ now: true }));
ink.addEventListener("full", () => toast(gettext("The drawing area is full. Clear it."), "warning"));
liveAnswer.requests.addEventListener("answer", ({ detail }) => marks.show(detail.marks));
find("undo").addEventListener("click", () => ink.undo());
find("clear").addEventListener("click", () => ink.clear());
new PaperView(root, ink).listen();
new Pad(find("pad"), ink, { brush: BRUSH, penOnly: find("pen-only") }).listen();
listenForKeys(actions);
listenForPictures({ root, open: (file) => api.open(file), onPicture: (picture) => ink.show(picture) });
offerCrop({ root, ink, onPicture: (picture) => ink.show(picture) });
keepDraft(ink, { user: NOBODY, isUnsaved: () => true });
inkChanged({ now: true });
ink.append(takeDraft(NOBODY).strokes);
