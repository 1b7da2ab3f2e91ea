/** Pages of this site, fetched by a script for the parts of them that it shows. */

/** The page's document; null where it does not come, or where one has to sign in again. */
export async function fetchPage(address) {
  try {
    const response = await fetch(address);
    if (!response.ok || response.redirected) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    return null;
  }
}
