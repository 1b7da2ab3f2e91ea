/** Inputs for numbers. */

const NOT_IN_NUMBERS = /[^0-9.,+\-/:%]/g;

/** Removes what cannot stand in a number while somebody types. */
export function allowOnlyNumbers(input) {
  input.addEventListener("input", () => {
    const allowed = input.value.replace(NOT_IN_NUMBERS, "");
    if (allowed !== input.value) input.value = allowed; // setting it moves the caret
  });
}
