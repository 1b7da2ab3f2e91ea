/** An action on thousands of rows: sends the next request at once. */

document.querySelector("[data-batches]").requestSubmit();
