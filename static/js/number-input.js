/** Inputs for numbers. */

const DASHES = /[\u2010-\u2015\u2212]/g; // a minus as other programs write it
const NOT_IN_NUMBERS = /[^0-9.,+\-/:%]/g;

/** Removes what cannot stand in a number while somebody types. */
export function allowOnlyNumbers(input) {
  input.addEventListener("input", () => {
    const allowed = input.value.replace(DASHES, "-").replace(NOT_IN_NUMBERS, "");
    if (allowed !== input.value) input.value = allowed; // setting it moves the caret
  });
}
