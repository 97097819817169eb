// Runs before the first paint so that a stored choice never flashes the other
// theme. A file of its own because the CSP allows no inline script.
(function () {
  var choice = null;
  try {
    choice = localStorage.getItem("hearth.theme");
  } catch {
    // Storage can be blocked; the system's choice then holds.
  }
  var dark =
    choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
