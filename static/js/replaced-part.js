/** A part of a page that is replaced by the same part of the page fetched again. */

/** The element of the new part with the same link and text as one of the old, or undefined. */
export function successorOf(element, part, successor) {
  if (!part.contains(element)) return undefined;
  const words = (each) => [each.getAttribute("href"), each.textContent.trim()].join();
  return [...successor.querySelectorAll(element.localName)].find((each) => words(each) === words(element));
}

const NEW_EVERY_TIME = "[name=csrfmiddlewaretoken], [name=idempotency_key]";

/** The part's HTML without the tokens and keys of its forms. */
export function contentOf(part) {
  const copy = part.cloneNode(true);
  for (const token of copy.querySelectorAll(NEW_EVERY_TIME)) token.remove();
  return copy.outerHTML;
}
