/** Paper to try the site on, without an account: drawn or uploaded, answered, and never kept. */

import { AnswerPanel } from "./answer.js";
import { Api } from "./api.js";
import { keepDraft, takeDraft } from "./draft.js";
import { Following } from "./following.js";
import { Ink } from "./ink.js";
import { listenForKeys } from "./keys.js";
import { Pad } from "./pad.js";
import { toast } from "./toast.js";
import { listenForPictures } from "./upload.js";
import { gettext } from "./words.js";

const root = document.querySelector("[data-try]");
const find = (name) => root.querySelector(`[data-${name}]`);
const BRUSH = 18; // CSS px
const NOBODY = ""; // who draws here has not signed in

const ink = new Ink();
const panel = new AnswerPanel(find("answer"));
const following = new Following({ root, ink, panel, api: new Api(root.dataset) });

function inkMoved({ now }) {
  find("undo").disabled = !ink.canUndo;
  find("clear").disabled = ink.isBlank;
  find("hint").hidden = !ink.isBlank;
  following.ask({ now });
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

ink.addEventListener("extend", () => inkMoved({ now: false }));
ink.addEventListener("change", () => inkMoved({ now: true }));
ink.addEventListener("full", () => toast(gettext("The paper is full. Clear it."), "warning"));
find("undo").addEventListener("click", () => ink.undo());
find("clear").addEventListener("click", () => ink.clear());
new Pad(find("pad"), ink, { brush: () => BRUSH, penOnly: find("pen-only") }).listen();
listenForKeys(actions);
listenForPictures({
  area: find("drop"),
  button: find("upload"),
  input: find("file"),
  isSmall: true, // without an account no large ones are read
  onPicture: (picture) => ink.show(picture),
});
keepDraft(ink, { user: NOBODY, isUnsaved: () => true });
inkMoved({ now: true });
ink.restore(takeDraft(NOBODY));
