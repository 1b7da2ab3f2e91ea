/** Infinite scroll: appends the next page of a list when the link to it comes near. */

import { fetchPage } from "./fetch-page.js";

const NEAR = "800px";
const LINK = '.pagination a[rel="next"]';

/** Calls `added(items)` after each page. After a failure the link stays a usable link. */
export function loadNextPages(list, added) {
  const observer = new IntersectionObserver(async (entries) => {
    const visible = entries.find((entry) => entry.isIntersecting);
    if (!visible) return;
    observer.disconnect();
    if (await append(list, visible.target, added)) watch(observer);
  }, { rootMargin: NEAR });
  watch(observer);
}

function watch(observer) {
  const link = document.querySelector(LINK);
  if (link) observer.observe(link);
}

async function append(list, link, added) {
  const page = await fetchPage(link.href);
  const items = [...(page?.querySelectorAll("[data-thumbs] > li") ?? [])];
  if (items.length === 0) return false;
  list.append(...items);
  const next = page.querySelector(LINK);
  if (next) link.replaceWith(next);
  else link.remove();
  added(items);
  return true;
}
