/**
 * Internationalization: translations by their English text, and formats of numbers and times.
 *
 * For other languages than English, Django's JavaScript catalog is loaded before all modules and
 * defines `django.gettext` and so on. Without it the English texts are used.
 */

const { django } = globalThis;
const language = document.documentElement.lang || "en-GB";

export const gettext = django?.gettext ?? ((text) => text);
export const ngettext = django?.ngettext ?? ((one, many, count) => (count === 1 ? one : many));

/** ("Drawing %(id)s", {id: 7}) -> "Drawing 7" */
export const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);

/** 1234.5 -> "1,234.5", with `digits` decimals. */
export const number = (value, digits = 0) =>
  value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** 0.98 -> "98%" */
export const share = (value, digits = 0) =>
  value.toLocaleString(language, {
    style: "percent",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });

/** An ISO 8601 time -> a short date and time. */
export const moment = (time) =>
  new Date(time).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
