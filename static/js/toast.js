/** Short messages at the edge of the page; Django's messages use the same boxes. */

export const STAYS = 6000; // ms

/**
 * `kind`: "info", "success", "warning" or "error". `link`: a link or button after the text, or null. Errors,
 * and messages with one, stay until dismissed. Returns the box.
 */
export function toast(text, kind = "info", link = null) {
  const area = document.querySelector("[data-toasts]");
  for (const old of area.children) if (textOf(old) === text) old.remove();
  const template = document.querySelector("[data-toast-template]").content;
  const box = template.firstElementChild.cloneNode(true);
  box.dataset.kind = kind;
  const words = box.querySelector("[data-toast-text]");
  words.textContent = text;
  if (link) words.after(link);
  area.append(box);
  if (kind !== "error" && !link) setTimeout(() => box.remove(), STAYS);
  return box;
}

const textOf = (box) => box.querySelector("[data-toast-text]")?.textContent;
