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
  window.addEventListener("load", function () {
    /* The menu closes only for a site.js that can open it again. */
    if (!window.peReady) root.classList.replace("js", "no-js");
  });
})();
