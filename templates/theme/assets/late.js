/* Stands at the end of each page, without its comments, and asks for the page's other scripts once the page is seen:
   those of its `data-scripts`, an address and the names of others beside it. Asked for in the head, they would share a
   slow line and a slow processor with the text that a reader came for. A script here also makes the browser wait for the
   style sheet before it calls the page whole; else it lays out all of it, without any style, for nothing. The policies
   in docs/hosting name its hash. */
(function () {
  "use strict";
  var scripts = document.currentScript.dataset.scripts.split(" ");
  var first = new URL(scripts[0], document.baseURI);

  /* Fetched side by side, run in their order. The menu closes only for a site.js that can open it again. */
  function load(name, place) {
    var script = document.createElement("script");
    script.src = place ? new URL(name, first).href : name;
    script.async = false;
    script.onload = script.onerror = function () {
      if (!window.peReady) {
        document.documentElement.classList.replace("js", "no-js");
        document.documentElement.classList.remove("pe-soon");
      }
      if (place === scripts.length - 1) window.peLoaded = true;
    };
    document.head.append(script);
  }

  /* Some browsers do not tell what is seen, and a page in the background is not seen at all: no need to wait there. */
  window.addEventListener("load", function () {
    var told = window.PerformanceObserver && PerformanceObserver.supportedEntryTypes || [];
    if (document.hidden || !told.includes("paint")) return scripts.forEach(load);
    new PerformanceObserver(function (list, observer) {
      observer.disconnect();
      scripts.forEach(load);
    }).observe({ type: "paint", buffered: true });
  });
})();
