/** A part of a page that is replaced by the same part of the page fetched again. */

/** The element of the new part with the same link and text as one of the old, or undefined. */
export function successorOf(element, part, successor) {
  if (!part.contains(element)) return undefined;
  const words = (each) => [each.getAttribute("href"), each.textContent.trim()].join();
  return [...successor.querySelectorAll(element.localName)].find((each) => words(each) === words(element));
}

/** The part's HTML without CSRF tokens, which differ every time. */
export function contentOf(part) {
  const copy = part.cloneNode(true);
  for (const token of copy.querySelectorAll("[name=csrfmiddlewaretoken]")) token.remove();
  return copy.outerHTML;
}
