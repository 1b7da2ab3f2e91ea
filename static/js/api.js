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

  /**
   * `payload` is {strokes} or {image: File, kept}; `kept`: the id of a picture that the server has, or
   * undefined. `mode`: "digit" or "number" if it is known which. `keep`: the server keeps a picture for
   * some time. `onSent(share)`: how much of a picture is sent.
   */
  recognize(payload, { mode, keep = false, signal, onSent } = {}) {
    const asked = new URLSearchParams({ ...(mode && { mode }), ...(keep && payload.image && !payload.kept && { keep }) });
    const address = asked.size ? `${this.#recognize}?${asked}` : this.#recognize;
    return sendInk(address, payload, { signal, onSent });
  }

  /** {width, height, picture}: a file that the browser cannot open, as a PNG in base64. */
  open(file) {
    return post(this.#opening, { image: file });
  }

  explain(payload, { signal } = {}) {
    return sendInk(this.#explain, payload, { signal });
  }

  /** `key`: of this drawing. Sent again with the same key, it is stored once. */
  save(payload, key) {
    return sendInk(this.#drawings, payload, { headers: { "Idempotency-Key": key } });
  }

  /** `label`: a number of `labels.js`, or the text of a number. */
  label(id, label) {
    return post(`${this.#drawings}${id}/label/`, { label, source: "studio" });
  }
}

/** The response's JSON, or null for 204. `content`: an object to send as JSON, {image: File} or {files: [File]}. */
export const post = (address, content, signal) => send("POST", address, content, { signal });

/** `key`: of these files; sent again with it, they are one batch. `onSent(share)`: how much is sent. */
export const postFiles = (address, files, { key, onSent }) =>
  send("POST", address, { files }, { headers: { "Idempotency-Key": key }, onSent });

/** As `post`. */
export const patch = (address, content) => send("PATCH", address, content);

/**
 * Sends strokes or a picture; of a picture that the server still has only the id. The picture itself is
 * sent if it is gone, or if it was sent with the same key before, whose answer is then repeated.
 */
async function sendInk(address, { kept, ...ink }, options) {
  if (!kept) return send("POST", address, ink, options);
  try {
    return await send("POST", address, { kept }, options);
  } catch (error) {
    if (error.status !== 404 && error.code !== "key_reused") throw error;
    return send("POST", address, ink, options);
  }
}

async function send(method, address, content, { signal, headers: more, onSent } = {}) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken(), ...more };
  const init = { method, headers, signal, body: form(content) };
  if (!init.body) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(content);
  }
  return answerOf(await reach(address, init, init.body instanceof FormData && onSent));
}

function form({ image, files }) {
  if (!image && !files) return null;
  const data = new FormData();
  if (image) data.append("image", image, image.name);
  for (const file of files ?? []) data.append("files", file, file.name);
  return data;
}

async function reach(address, init, onSent) {
  try {
    return await (onSent ? upload(address, init, onSent) : fetch(address, init));
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError({ code: "offline", message: gettext("No connection to the server."), status: 0 });
  }
}

/** As `fetch`, which does not tell how much is sent. */
function upload(address, { method, headers, signal, body }, onSent) {
  const request = new XMLHttpRequest();
  request.open(method, address);
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  request.upload.addEventListener("progress", ({ loaded, total }) => total && onSent(loaded / total));
  signal?.addEventListener("abort", () => request.abort());
  return new Promise((resolve, reject) => {
    request.addEventListener("load", () => resolve(responseOf(request)));
    request.addEventListener("error", () => reject(new TypeError("unreachable")));
    request.addEventListener("abort", () => reject(new DOMException("Aborted", "AbortError")));
    request.send(body);
  });
}

function responseOf(request) {
  const { status, responseText } = request;
  const headers = { "Retry-After": request.getResponseHeader("Retry-After") ?? "" };
  return new Response(status === 204 ? null : responseText, { status, headers });
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
