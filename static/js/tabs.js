/**
 * Tabs as in the ARIA Authoring Practices: the open tab is in the Tab order; the arrows, Home and
 * End move between tabs and open them.
 */

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

/** Calls `onOpen(name)` with the tab's data-tab. The first tab is open initially. */
export function listenForTabs(list, onOpen) {
  const tabs = [...list.querySelectorAll('[role="tab"]')];

  function open(tab) {
    for (const each of tabs) {
      each.setAttribute("aria-selected", String(each === tab));
      each.tabIndex = each === tab ? 0 : -1;
      document.getElementById(each.getAttribute("aria-controls")).hidden = each !== tab;
    }
    onOpen(tab.dataset.tab);
  }

  list.addEventListener("click", ({ target }) => {
    const tab = target.closest('[role="tab"]');
    if (tab) open(tab);
  });
  list.addEventListener("keydown", (event) => {
    const next = neighbor(tabs, tabs.indexOf(event.target), event.key);
    if (!next) return;
    event.preventDefault();
    open(next);
    next.focus();
  });
}

function neighbor(tabs, current, key) {
  if (key === "Home") return tabs[0];
  if (key === "End") return tabs.at(-1);
  return key in STEPS ? tabs.at((current + STEPS[key]) % tabs.length) : null;
}
