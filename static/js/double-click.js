/** The second click of a double click is often not meant for what it hits. */

export const DOUBLE_CLICK = 500; // ms between two clicks, at most

/** Lets an event do nothing more. */
export function swallow(event) {
  event.stopPropagation();
  event.preventDefault();
}
