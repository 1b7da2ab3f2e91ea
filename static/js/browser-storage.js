/** The result of the call, or null where the browser refuses storage. */

export function tryStorage(call) {
  try {
    return call();
  } catch {
    return null;
  }
}

/** What was stored as JSON for the tab's next page, or null; it is there once. */
export function takeStored(name) {
  return tryStorage(() => {
    const stored = sessionStorage.getItem(name);
    sessionStorage.removeItem(name);
    return JSON.parse(stored);
  });
}
