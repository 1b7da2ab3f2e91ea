/** Filters of a list that apply when they are changed, without a press on "Filter". */

const FIRST_YEAR = 1970; // while a year is typed, a date field has the years 2, 20 and 202
const FOCUS = "filter-in-focus"; // the field that was changed, for the page that follows

export function applyAtOnce(form) {
  form.addEventListener("change", ({ target }) => {
    if (isWhole(target)) apply(form, target);
  });
  for (const field of document.querySelectorAll(`[form="${form.id}"]`)) {
    field.addEventListener("change", () => apply(form, field));
  }
  const fold = form.querySelector("[data-fold]");
  fold?.addEventListener("click", () => {
    fold.setAttribute("aria-expanded", String(form.toggleAttribute("data-open")));
  });
  form.addEventListener("formdata", ({ formData }) => leaveOutEmpty(formData));
  window.addEventListener("pageshow", ({ persisted }) => {
    // A list restored by going back shows the filters it was made with, not those that led away.
    if (persisted) form.reset();
  });
  focusAgain(form);
}

const isWhole = ({ type, value, validity }) =>
  validity.valid && (type !== "date" || value === "" || Number(value.slice(0, 4)) >= FIRST_YEAR);

function apply(form, field) {
  sessionStorage.setItem(FOCUS, JSON.stringify([field.name, form.hasAttribute("data-open")]));
  form.requestSubmit();
}

/** Keeps addresses short. */
function leaveOutEmpty(formData) {
  for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
}

function focusAgain(form) {
  const kept = sessionStorage.getItem(FOCUS);
  if (!kept) return;
  sessionStorage.removeItem(FOCUS);
  const [name, wasOpen] = JSON.parse(kept);
  if (wasOpen) form.querySelector("[data-fold]").click();
  form.elements[name]?.focus({ preventScroll: true });
}
