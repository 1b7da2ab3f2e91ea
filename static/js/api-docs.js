/** Swagger UI is dark where the class is; here that follows the site's theme. Runs before the first paint. */

const dark = matchMedia(document.querySelector("[data-dark]")?.media ?? "not all");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
follow();
dark.addEventListener("change", follow);
