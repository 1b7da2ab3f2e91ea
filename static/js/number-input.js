/** Inputs for numbers. */

const NOT_IN_NUMBERS = /[^0-9.,+\-/:%]/g;

/** Removes what cannot stand in a number while somebody types. Escape leaves the input. */
export function allowOnlyNumbers(input) {
  input.addEventListener("input", () => {
    const allowed = input.value.replace(NOT_IN_NUMBERS, "");
    if (allowed !== input.value) input.value = allowed; // setting it moves the caret
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault(); // this Escape is handled
    input.blur();
  });
}
