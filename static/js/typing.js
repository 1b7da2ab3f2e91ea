/** Elements in which keys are typed, so that they are no shortcuts. */
export const TYPING = 'input:not([type="range"]), textarea, select, [contenteditable]';
