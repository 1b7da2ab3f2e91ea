/**
 * Tabs as the ARIA Authoring Practices describe them: one of them is in the order of Tab, the
 * arrows, Home and End go from one to the next and open it.
 */

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

/** `onOpen(name)`: the value of the opened tab's data-tab. The first is open to begin with. */
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
