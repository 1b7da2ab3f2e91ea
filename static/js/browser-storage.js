/** What the call gives, or null: a browser may keep nothing at all. */

export function tryStorage(call) {
  try {
    return call();
  } catch {
    return null;
  }
}
