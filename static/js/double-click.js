/** The second click of a double click is often not meant for what it hits. */

export const DOUBLE_CLICK = 500; // ms between two clicks, at most

/** Whether a click is the second of a double click, or a later one. */
export const isSecondClick = ({ detail }) => detail > 1;

/** Lets an event do nothing more. */
export function swallow(event) {
  event.stopPropagation();
  event.preventDefault();
}
