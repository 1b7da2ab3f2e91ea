/** The next page of a list, as its end comes near, in place of the link that leads to it. */

import { fetchPage } from "./fetch-page.js";

const NEAR = "800px";
const LINK = '.pagination a[rel="next"]';

/** `added(items)` after each page. Where one does not come, the link stays a link. */
export function loadNextPages(list, added) {
  const observer = new IntersectionObserver(async (entries) => {
    const seen = entries.find((entry) => entry.isIntersecting);
    if (!seen) return;
    observer.disconnect();
    if (await append(list, seen.target, added)) watch(observer);
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
