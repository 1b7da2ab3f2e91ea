/**
 * Progress of open jobs, once a second. The numbers come from the API; when a job changes its
 * state, the page's own list is fetched again and put in place of what is shown. While no job
 * runs, that is done now and then all the same: a worker may go, or a job be asked for elsewhere.
 * On a job's own page the curve of its loss is fetched again after every epoch.
 */

const EVERY = 1000;
const IDLE_EVERY = 10_000;

const page = () => document.querySelector("[data-jobs]");
const openJobs = () => [...document.querySelectorAll("[data-job]")];
const isRunning = (place) => place.dataset.status === "running";

let lastRefresh = performance.now();
let shown = content(page());

async function poll() {
  if (!document.hidden) await look();
  setTimeout(poll, EVERY);
}

async function look() {
  const jobs = openJobs();
  const changed = await Promise.all(jobs.map(follow));
  const isDue = !jobs.some(isRunning) && performance.now() - lastRefresh >= IDLE_EVERY;
  if (isDue || changed.includes(true)) await refresh();
}

/** Shows how far one job is; true if its state is no longer the shown one. */
async function follow(place) {
  const job = await fetchJob(place.dataset.job);
  if (!job) return false; // asked again in a second
  if (job.status !== place.dataset.status) return true;
  if (job.status === "running") {
    show(place, job);
    await extendCurve(job);
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
  part("fraction").value = job.fraction ?? 0;
  part("phase").textContent = part("phase").dataset.fixed ?? job.phase;
  part("epoch").textContent = steps(job);
  part("loss").textContent = known(job.loss) ? `loss ${job.loss.toFixed(3)}` : "";
  part("holdout").textContent = known(job.holdout_accuracy) ? `hold-out ${percent(job.holdout_accuracy)}` : "";
  part("speed").textContent = job.per_second ? `${job.per_second.toFixed(0)} a second` : "";
  part("left").textContent = known(job.seconds_left) ? `${duration(job.seconds_left)} left` : "";
}

const known = (number) => typeof number === "number";
const thousands = (number) => number.toLocaleString("en-GB");
const stage = (job) => (job.kind === "train" ? "epoch" : "step");

/** "epoch 3 of 24", or "1,200 of 20,000 drawings"; empty before the first. */
function steps(job) {
  if (job.total) return `${thousands(job.done)} of ${thousands(job.total)} drawings`;
  return job.epoch ? `${stage(job)} ${job.epoch} of ${job.epochs}` : "";
}

const percent = (share) => `${(share * 100).toFixed(2)}%`;

/** 70 -> "1 min 10 s" */
function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

async function extendCurve(job) {
  const curve = page().querySelector("[data-learning]");
  if (!curve || !job.epoch || curve.dataset.epoch === String(job.epoch)) return;
  const fresh = (await fetchDocument()).querySelector("[data-learning]");
  if (!fresh) return;
  const figures = fresh.querySelector("details");
  if (figures) figures.open = curve.querySelector("details")?.open ?? false;
  const hadFocus = curve.contains(document.activeElement);
  curve.replaceWith(fresh);
  if (hadFocus) figures?.querySelector("summary").focus();
}

async function refresh() {
  lastRefresh = performance.now();
  if (page().querySelector("[data-menu][open]")) return; // somebody is filling in a form
  const fresh = await fetchDocument();
  const list = fresh.querySelector("[data-jobs]");
  if (!list || content(list) === shown) return; // what has the focus stays as it is
  page().replaceWith(list);
  shown = content(list);
}

async function fetchDocument() {
  return new DOMParser().parseFromString(await fetchPage(), "text/html");
}

/** The page's HTML; nothing if it cannot be had. */
async function fetchPage() {
  try {
    const response = await fetch(location.href);
    return response.ok ? await response.text() : "";
  } catch {
    return "";
  }
}

/** The list's HTML as the server wrote it, less the tokens, which differ every time. */
function content(list) {
  const copy = list.cloneNode(true);
  for (const token of copy.querySelectorAll("[name=csrfmiddlewaretoken]")) token.remove();
  return copy.outerHTML;
}

poll();
