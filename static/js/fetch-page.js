/** Fetches pages of this site for scripts that show parts of them. */

/** The page's document, or null on a failure or a redirect (to the sign-in page). */
export async function fetchPage(address) {
  try {
    const response = await fetch(address);
    if (!response.ok || response.redirected) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    return null;
  }
}
