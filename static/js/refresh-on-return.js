/** A list that the browser kept whole and brings back shows what was opened from it as it is by now. */

import { fetchPage } from "./fetch-page.js";

/** `refreshed()` is called after a drawing was refreshed, or taken away as it passes the filters no more. */
export function refreshOnReturn(list, refreshed) {
  let opened = null;
  list.addEventListener("click", ({ target }) => {
    opened = target.closest("a[data-drawing]") ?? opened;
  });
  window.addEventListener("pageshow", async ({ persisted }) => {
    if (persisted && opened?.isConnected && (await refresh(opened))) refreshed();
  });
}

/** Whether the site could be asked. */
async function refresh(link) {
  const page = await fetchPage(startingAt(Number(link.dataset.drawing)));
  if (!page) return false;
  const [item, fresh] = [link, page.querySelector(same(link))].map((each) => each?.closest("li"));
  if (fresh) replace(item, fresh);
  else item.remove();
  return true;
}

const same = (link) => `a[data-drawing="${link.dataset.drawing}"]`;

/** The page of this list that has the drawing first, if it has it. */
function startingAt(drawing) {
  const address = new URL(location.href);
  address.searchParams.set("before", drawing + 1);
  return address;
}

/** Keeps the tick and the focus. */
function replace(item, fresh) {
  const [box, successor] = [item, fresh].map((each) => each.querySelector(".tick"));
  const hadFocus = item.contains(document.activeElement);
  successor.checked = box.checked;
  item.replaceWith(fresh);
  if (hadFocus) fresh.querySelector("a[data-drawing]").focus({ preventScroll: true });
}
