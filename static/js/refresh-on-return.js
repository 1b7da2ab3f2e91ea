/** Refreshes the drawing that was opened from a list when the browser restores the list (bfcache). */

import { fetchPage } from "./fetch-page.js";

/** Calls `refreshed()` after the drawing was replaced, or removed as it no longer passes the filters. */
export function refreshOnReturn(list, refreshed) {
  let opened = null;
  list.addEventListener("click", ({ target }) => {
    opened = target.closest("a[data-drawing]") ?? opened;
  });
  window.addEventListener("pageshow", async ({ persisted }) => {
    if (persisted && opened?.isConnected && (await refresh(opened))) refreshed();
  });
}

/** Returns whether the page could be fetched. */
async function refresh(link) {
  const page = await fetchPage(listWith(link.dataset.drawing));
  if (!page) return false;
  const [item, fresh] = [link, page.querySelector(same(link))].map((each) => each?.closest("li"));
  if (fresh) replace(item, fresh);
  else item.remove();
  return true;
}

const same = (link) => `a[data-drawing="${link.dataset.drawing}"]`;

/** The URL of this list with this drawing alone. */
function listWith(drawing) {
  const address = new URL(location.href);
  for (const place of ["before", "confidence"]) address.searchParams.delete(place);
  address.searchParams.set("only", drawing);
  return address;
}

/** Replaces the item, keeping its checkbox and focus. */
function replace(item, fresh) {
  const [box, successor] = [item, fresh].map((each) => each.querySelector(".tick"));
  const hadFocus = item.contains(document.activeElement);
  successor.checked = box.checked;
  item.replaceWith(fresh);
  if (hadFocus) fresh.querySelector("a[data-drawing]").focus({ preventScroll: true });
}
