/** The client of the site's JSON API. Failures are ApiErrors; an abort stays an AbortError. */

import { gettext } from "./i18n.js";

class ApiError extends Error {
  /** `status` 0: the server was not reached. `retryAfter`: seconds, or null. */
  constructor({ code, message, status, retryAfter = null }) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
  }

  get isSignedOut() {
    return this.status === 401 || this.status === 403;
  }

  /** A temporary failure: the same request may succeed later. */
  get isPassing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export class Api {
  #recognize;
  #explain;
  #drawings;
  #opening;

  /** The URLs of the endpoints that the page uses. */
  constructor({ recognize, explain, drawings, open }) {
    this.#opening = open;
    this.#recognize = recognize;
    this.#explain = explain;
    this.#drawings = drawings;
  }

  /** `payload` is {strokes} or {image: File}; `mode`: "digit" or "number" if it is known which. */
  recognize(payload, { mode, signal } = {}) {
    return post(mode ? `${this.#recognize}?mode=${mode}` : this.#recognize, payload, signal);
  }

  /** {width, height, picture}: a file that the browser cannot open, as a PNG in base64. */
  open(file) {
    return post(this.#opening, { image: file });
  }

  explain(payload, { signal } = {}) {
    return post(this.#explain, payload, signal);
  }

  /** `key`: of this drawing. Sent again with the same key, it is stored once. */
  save(payload, key) {
    return send("POST", this.#drawings, payload, { headers: { "Idempotency-Key": key } });
  }

  /** `label`: a number of `labels.js`, or the text of a number. */
  label(id, label) {
    return post(`${this.#drawings}${id}/label/`, { label, source: "studio" });
  }
}

/** The response's JSON, or null for 204. `content`: an object to send as JSON, or {image: File}. */
export const post = (address, content, signal) => send("POST", address, content, { signal });

/** As `post`. */
export const patch = (address, content) => send("PATCH", address, content);

async function send(method, address, content, { signal, headers: more } = {}) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken(), ...more };
  const init = { method, headers, signal, body: form(content) };
  if (!init.body) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(content);
  }
  return answerOf(await reach(address, init));
}

function form({ image }) {
  if (!image) return null;
  const data = new FormData();
  data.append("image", image, image.name);
  return data;
}

async function reach(address, init) {
  try {
    return await fetch(address, init);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError({ code: "offline", message: gettext("No connection to the server."), status: 0 });
  }
}

async function answerOf(response) {
  if (response.status === 204) return null;
  const body = await response.json().catch((error) => {
    if (error.name === "AbortError") throw error;
    return null;
  });
  if (response.ok && body !== null) return body;
  throw new ApiError({
    code: body?.error?.code ?? "unreadable",
    message: body?.error?.message ?? withoutWords(response.status),
    status: response.ok ? 502 : response.status,
    retryAfter: Number(response.headers.get("Retry-After")) || null,
  });
}

/** What went wrong if the answer is not the site's own: a proxy before it sends pages of its own. */
function withoutWords(status) {
  if (status === 413) return gettext("The file is too large for a server in front of the site. Choose a smaller one.");
  if (status === 429) return gettext("Too many requests. Wait a minute.");
  if (status >= 502 && status <= 504) return gettext("The site is not reachable at the moment. Try again in a minute.");
  return gettext("The server's response could not be read.");
}

/**
 * The cookie comes first: after signing in again in another tab it is newer than the page. The page's
 * token is for sites that hide the cookie from scripts.
 */
function csrfToken() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return cookie?.[1] ?? document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}
