/** The result of the call, or null where the browser refuses storage. */

export function tryStorage(call) {
  try {
    return call();
  } catch {
    return null;
  }
}
