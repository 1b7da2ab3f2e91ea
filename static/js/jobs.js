/**
 * Progress of open jobs, once a second. The numbers come from the API; when a job changes its
 * state, the page's own list is fetched again and put in place of what is shown.
 */

const EVERY = 1000;

const page = () => document.querySelector("[data-jobs]");
const openJobs = () => [...document.querySelectorAll("[data-job]")];

async function poll() {
  const changed = document.hidden ? [] : await Promise.all(openJobs().map(follow));
  if (changed.includes(true)) await refresh();
  if (openJobs().length > 0) setTimeout(poll, EVERY);
}

/** Shows how far one job is; true if its state is no longer the shown one. */
async function follow(place) {
  const job = await fetchJob(place.dataset.job);
  if (!job) return false; // asked again in a second
  if (job.status !== place.dataset.status) return true;
  if (job.status === "running") show(place, job);
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
  part("epoch").textContent = job.epoch ? `step ${job.epoch} of ${job.epochs}` : "";
  part("loss").textContent = known(job.loss) ? `loss ${job.loss.toFixed(3)}` : "";
  part("left").textContent = known(job.seconds_left) ? `${duration(job.seconds_left)} left` : "";
}

const known = (number) => typeof number === "number";

/** 70 -> "1 min 10 s" */
function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

async function refresh() {
  const response = await fetch(location.href).catch(() => null);
  if (!response?.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const list = fresh.querySelector("[data-jobs]");
  if (list) page().replaceWith(list);
}

poll();
