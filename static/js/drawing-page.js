/** A drawing's page: its replay and its keys. 0-9 and - label, p plays, arrows open the neighbors. */

import { actionOf } from "./keys.js";
import { late } from "./late.js";
import { Replay } from "./replay.js";

const NEIGHBORS = { ArrowLeft: "[data-newer]", ArrowRight: "[data-older]" };

function press(event) {
  if (event.defaultPrevented || event.repeat || document.querySelector("dialog[open]")) return;
  const action = actionOf(event);
  if (action?.name === "play") replay?.toggle();
  const button = labelButton(action) ?? neighbor(event);
  if (!button) return;
  event.preventDefault();
  button.click();
}

function labelButton(action) {
  if (action?.name !== "label") return null;
  return document.querySelector(`[data-labels] [value="${action.label}"]`);
}

function neighbor({ key, altKey, ctrlKey, metaKey, shiftKey, target }) {
  if (target.closest("input, select, textarea")) return null; // arrow keys have a meaning there
  if (!NEIGHBORS[key] || altKey || ctrlKey || metaKey || shiftKey) return null;
  return document.querySelector(NEIGHBORS[key]);
}

function startReplay() {
  const root = document.querySelector("[data-replay]");
  if (!root) return null;
  const strokes = JSON.parse(document.getElementById("replay-strokes").textContent);
  const started = new Replay(root, document.querySelector("[data-replay-paper] svg"), strokes);
  started.listen();
  return started;
}

async function share({ currentTarget }) {
  const sharing = await late(() => import("./share-answer.js"));
  sharing?.shareDrawing(currentTarget, document.querySelector(".drawing-pictures .paper > :is(svg, img)"));
}

document.querySelector("[data-share]")?.addEventListener("click", share);
const replay = startReplay();
document.addEventListener("keydown", press);
