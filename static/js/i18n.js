/**
 * The page's language: texts by their English, numbers and times as it writes them.
 *
 * Another language than English brings its texts in a script before all others, which Django makes
 * (`django.gettext` and so on); without it they stay as they are written here.
 */

const { django } = globalThis;
export const language = document.documentElement.lang || "en-GB";

export const gettext = django?.gettext ?? ((text) => text);
export const ngettext = django?.ngettext ?? ((one, many, count) => (count === 1 ? one : many));

/** ("Drawing %(id)s", {id: 7}) -> "Drawing 7" */
export const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);

/** 1234.5 -> "1,234.5", with as many decimals as `digits` says. */
export const number = (value, digits = 0) =>
  value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** 0.98 -> "98%" */
export const share = (value, digits = 0) =>
  value.toLocaleString(language, {
    style: "percent",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });

/** A time as the API writes it, in short. */
export const moment = (time) =>
  new Date(time).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
