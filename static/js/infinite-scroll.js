/** Infinite scroll: appends the next page of a list when the link to it comes near. */

import { fetchPage } from "./fetch-page.js";
import { gettext } from "./i18n.js";

const NEAR = "800px";
const LINK = '.pagination a[rel="next"]';

/** Calls `added(items)` after each page. What fails is said beside the link, and tried again once the browser is online. */
export function loadNextPages(list, added) {
  const observer = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) load();
  }, { rootMargin: NEAR });

  async function load() {
    const link = document.querySelector(LINK);
    observer.disconnect();
    const page = await fetchPage(link.href);
    showFailure(link, page ? null : load);
    if (page && append(list, link, page, added)) watch();
  }

  function watch() {
    const link = document.querySelector(LINK);
    if (link) observer.observe(link);
  }

  watch();
}

/** Returns whether there were items. */
function append(list, link, page, added) {
  const items = [...page.querySelectorAll("[data-thumbs] > li")];
  if (items.length === 0) return false;
  list.append(...items);
  const next = page.querySelector(LINK);
  if (next) link.replaceWith(next);
  else link.remove();
  added(items);
  return true;
}

/** `retry`: loads the page again; null removes what an earlier failure said. */
function showFailure(link, retry) {
  document.querySelector("[data-load-failure]")?.remove();
  if (!retry) return;
  const box = document.createElement("p");
  box.className = "load-failure";
  box.dataset.loadFailure = "";
  box.setAttribute("role", "alert");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-s";
  button.textContent = gettext("Try again");
  const again = () => {
    button.disabled = true;
    window.removeEventListener("online", again);
    retry();
  };
  button.addEventListener("click", again);
  window.addEventListener("online", again);
  box.append(gettext("The next ones could not be loaded."), " ", button);
  link.before(box);
}
