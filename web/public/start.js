// What has to happen before the app's modules run. A file of its own because
// the CSP allows no inline script.
(function () {
  // A stored theme never flashes the other one.
  var choice = null;
  try {
    choice = localStorage.getItem("hearth.theme");
  } catch {
    // Storage can be blocked; the system's choice then holds.
  }
  var dark =
    choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";

  // zod probes `new Function` when the first schema is made, which the CSP forbids.
  window.__zod_globalConfig = { jitless: true };
})();
