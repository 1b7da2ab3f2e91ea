/**
 * Polls the progress of open jobs once a second.
 *
 * The numbers come from the API. When a job's state changes, the page is fetched again and replaces
 * the list. While no job runs, this happens every IDLE_EVERY: a worker may stop, or somebody else
 * may start a job. On a job's own page, its chart and its log are replaced after every report.
 */

import { fetchPage } from "./fetch-page.js";
import { fill, gettext, number, share } from "./i18n.js";
import { contentOf, successorOf } from "./replaced-part.js";

const EVERY = 1000;
const IDLE_EVERY = 10_000;

const page = () => document.querySelector("[data-jobs]");
const openJobs = () => [...document.querySelectorAll("[data-job]")];
const isRunning = (place) => place.dataset.status === "running";

const PHASES = {
  prepare: gettext("prepare"),
  train: gettext("train"),
  export: gettext("export"),
  evaluate: gettext("evaluate"),
  "re-score": gettext("re-score"),
  done: gettext("done"),
};

const GROWING = ["[data-learning]", "[data-lines]"]; // on a job's own page

let lastNews = "";
let lastRefresh = performance.now();
let shown = contentOf(page());

async function poll() {
  if (!document.hidden) await look();
  setTimeout(poll, EVERY);
}

async function look() {
  const jobs = openJobs();
  const changed = await Promise.all(jobs.map(updateProgress));
  const isDue = !jobs.some(isRunning) && performance.now() - lastRefresh >= IDLE_EVERY;
  if (isDue || changed.includes(true)) await refresh();
}

/** Shows the progress of one job; returns whether its state has changed. */
async function updateProgress(place) {
  const job = await fetchJob(place.dataset.job);
  if (!job) return false; // asked again in a second
  if (job.status !== place.dataset.status) return true;
  if (job.status === "running") {
    show(place, job);
    await extend(job);
  }
  return false;
}

async function fetchJob(id) {
  try {
    const response = await fetch(`${page().dataset.jobs}${id}/`, { headers: { Accept: "application/json" } });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

function show(place, job) {
  const part = (name) => place.querySelector(`[data-${name}]`);
  if (known(job.estimated_fraction)) part("fraction").value = job.estimated_fraction;
  else part("fraction").removeAttribute("value"); // moves to and fro
  part("phase").textContent = part("phase").dataset.fixed ?? PHASES[job.phase] ?? job.phase;
  part("epoch").textContent = steps(job);
  part("loss").textContent = known(job.loss) ? fill(gettext("loss %(loss)s"), { loss: number(job.loss, 3) }) : "";
  part("holdout").textContent = known(job.holdout_accuracy)
    ? fill(gettext("hold-out %(share)s"), { share: share(job.holdout_accuracy, 2) })
    : "";
  part("speed").textContent = job.per_second
    ? fill(gettext("%(count)s a second"), { count: number(job.per_second) })
    : "";
  part("left").textContent = known(job.estimated_seconds_left)
    ? fill(gettext("%(time)s left"), { time: duration(job.estimated_seconds_left) })
    : "";
}

const known = (number) => typeof number === "number";

/** "epoch 3 of 24", or "1,200 of 20,000 drawings"; empty before the first. */
function steps(job) {
  const [done, total] = job.total ? [job.done, job.total] : [job.epoch, job.epochs];
  const epochs = job.kind === "train" ? gettext("epoch %(done)s of %(total)s") : gettext("step %(done)s of %(total)s");
  const text = job.total ? gettext("%(done)s of %(total)s drawings") : epochs;
  return job.total || job.epoch ? fill(text, { done: number(done), total: number(total) }) : "";
}

/** 70 -> "1 min 10 s" */
function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  return minutes
    ? fill(gettext("%(minutes)s min %(seconds)s s"), { minutes, seconds: rest })
    : fill(gettext("%(seconds)s s"), { seconds: rest });
}

/** Replaces the chart and the log if the job has reported something new. */
async function extend(job) {
  const news = [job.attempt, job.epoch, job.message].join();
  if (news === lastNews || !page().querySelector(GROWING.join())) return;
  const fresh = await fetchPage(location.href);
  if (!fresh) return;
  lastNews = news;
  carryOver(fresh, (parts) => parts.forEach(([place, successor]) => place.replaceWith(successor)));
}

/** `put` replaces the page or its growing parts. Open details, focus and scrolling are kept. */
function carryOver(fresh, put) {
  const parts = GROWING.map((name) => [page(), fresh].map((tree) => tree.querySelector(name)));
  const both = parts.filter((pair) => pair.every(Boolean));
  const restores = both.map(([place, successor]) => restorer(place, successor));
  put(both);
  for (const restore of restores) restore();
}

/** Returns a function that restores open details, focus and scrolling. A log's end is followed. */
function restorer(place, successor) {
  const [details, log] = [place.querySelector("details"), place.querySelector(".log")];
  const [isOpen, hadFocus] = [details?.open ?? false, place.contains(document.activeElement)];
  const top = log && !isAtEnd(log) ? log.scrollTop : null;
  return () => {
    const [figures, lines] = [successor.querySelector("details"), successor.querySelector(".log")];
    if (figures) figures.open = isOpen;
    if (lines) lines.scrollTop = top ?? lines.scrollHeight;
    if (hadFocus) successor.querySelector("summary, .log")?.focus();
  };
}

const isAtEnd = (log) => log.scrollTop + log.clientHeight >= log.scrollHeight - 1;

async function refresh() {
  lastRefresh = performance.now();
  if (page().querySelector("[data-menu][open]")) return; // somebody is filling in a form
  const list = (await fetchPage(location.href))?.querySelector("[data-jobs]");
  if (!list || contentOf(list) === shown) return; // unchanged: the focus stays
  shown = contentOf(list);
  const focused = successorOf(document.activeElement, page(), list);
  carryOver(list, () => page().replaceWith(list));
  focused?.focus({ preventScroll: true });
}

for (const log of document.querySelectorAll("[data-lines] .log")) log.scrollTop = log.scrollHeight;
poll();
