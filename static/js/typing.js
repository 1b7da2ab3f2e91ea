/** Elements in which keys are typed, so that they are no shortcuts. */
export const TYPING = 'input:not([type="range"]), textarea, select, [contenteditable]';

/** In a review the field for a number is focused by itself. Letters cannot be in a number. */
const ONLY_NUMBERS = "[data-review] [data-number]";

/** Whether the key of an event is typed into an element. */
export function isTyped({ target, key, ctrlKey, metaKey }) {
  const field = target.closest?.(TYPING);
  if (!field) return false;
  return ctrlKey || metaKey || !field.matches(ONLY_NUMBERS) || !/^[a-z?]$/i.test(key);
}
