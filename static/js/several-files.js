/** Several files that arrive at once: a batch, or without an account only the first. */

import { postFiles } from "./api.js";
import { confirmed } from "./confirm.js";
import { sayFailure } from "./failure.js";
import { fill, gettext, ngettext, number } from "./i18n.js";
import { MOST_BYTES, readFile } from "./picture-file.js";
import { randomKey } from "./random-key.js";
import { toast } from "./toast.js";

/**
 * Asks, sends the files and opens the batch's page. `batches`: the address of the API's batches;
 * without it nobody is signed in. Resolves to false if the first file is to be read instead.
 */
export async function several(files, { batches, batchPage }) {
  if (!batches) {
    toast(gettext("Only the first picture is read here. With an account, several are read as a batch."), "warning", signIn());
    return false;
  }
  const count = { count: number(files.length) };
  const question = ngettext(
    "Read %(count)s file in the background, as a batch?",
    "Read %(count)s files in the background, as a batch?",
    files.length,
  );
  if (!(await confirmed(fill(question, count), gettext("Read them"), gettext("Cancel"), "primary"))) return true;
  send(files, { batches, batchPage, key: randomKey() });
  return true;
}

/** Sends the files, says how much of them is sent, and opens the batch's page, or offers to try again. */
async function send(files, { batches, batchPage, key }) {
  const bar = document.createElement("progress");
  bar.setAttribute("aria-label", gettext("Sent"));
  const count = { count: number(files.length) };
  const words = ngettext("Sending %(count)s file …", "Sending %(count)s files …", files.length);
  const message = toast(fill(words, count), "info", bar);
  const onSent = (share) => {
    bar.value = share;
  };
  const ready = [];
  for (const file of files) ready.push(await sent(file)); // one at a time: a photograph needs much memory
  try {
    const batch = await postFiles(batches, ready, { key, onSent });
    location.assign(batchPage.replace("/0/", `/${batch.id}/`));
  } catch (error) {
    message.remove();
    if (error.isPassing) offerAgain(error, () => send(ready, { batches, batchPage, key }));
    else sayFailure(error);
  }
}

function offerAgain({ message }, again) {
  const failed = toast(message, "error", button(gettext("Try again")));
  failed.querySelector(".btn").addEventListener("click", () => {
    failed.remove();
    again();
  });
}

const button = (textContent) => Object.assign(document.createElement("button"), { className: "btn btn-s", type: "button", textContent });

/** The file under its name; a photograph that is too large for the server is made smaller. */
async function sent(file) {
  if (file.size <= MOST_BYTES) return file;
  const picture = await readFile(file).catch(() => null);
  return picture ? new File([picture.file], file.name, { type: picture.file.type }) : file;
}

function signIn() {
  const link = document.createElement("a");
  link.href = document.body.dataset.signIn;
  link.textContent = gettext("Sign in");
  return link;
}
