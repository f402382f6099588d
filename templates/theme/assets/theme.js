/* Stands in the head of each page, without its comments, and runs before the first paint, so that a reader who chose
   dark colours sees no light flash. The policies in docs/hosting name its hash: a test says when they must be renewed.
   The reader's choice is kept as "pe-scheme"; without one the system decides. */
(function () {
  "use strict";
  var root = document.documentElement;
  var system = window.matchMedia("(prefers-color-scheme: dark)");

  function scheme() {
    var chosen = null;
    try {
      chosen = localStorage.getItem("pe-scheme");
    } catch (error) {
      /* Storage may be forbidden: the system's choice stands. */
    }
    return chosen === "slate" || chosen === "default" ? chosen : system.matches ? "slate" : "default";
  }

  function apply() {
    root.setAttribute("data-md-color-scheme", scheme());
  }

  root.classList.replace("no-js", "js");
  apply();
  system.addEventListener("change", apply);

  /* Who comes to the top of a page anew sees that first, and what is below later (see pe.css). */
  var visit = performance.getEntriesByType("navigation")[0];
  if (visit && visit.type === "navigate" && !location.hash) root.classList.add("pe-soon");
})();
