/** Keys of a drawing's page: 0-9 and - label it, the arrows go to its neighbours. */

import { actionOf } from "./keys.js";

const NEIGHBOURS = { ArrowLeft: "[data-newer]", ArrowRight: "[data-older]" };

function press(event) {
  if (event.defaultPrevented || event.repeat || document.querySelector("dialog[open]")) return;
  const button = labelButton(actionOf(event)) ?? neighbour(event);
  if (!button) return;
  event.preventDefault();
  button.click();
}

function labelButton(action) {
  if (action?.name !== "label") return null;
  return document.querySelector(`[data-labels] [value="${action.label}"]`);
}

function neighbour({ key, altKey, ctrlKey, metaKey, shiftKey }) {
  if (!NEIGHBOURS[key] || altKey || ctrlKey || metaKey || shiftKey) return null;
  return document.querySelector(NEIGHBOURS[key]);
}

document.addEventListener("keydown", press);
