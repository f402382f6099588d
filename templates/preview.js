/* Live preview only: asks the preview server for news, reloads when the page was made anew and comes back to the same
   place, shows problems over the page, and leads through what differs from the last release. */
(function () {
  "use strict";
  var version = -1;
  var mark = document.currentScript.dataset.page; /* of the page that is shown */

  var PLACE = "pe-preview-place";

  /* The reader's place: the last heading above the middle of the window and how far off it is, and what is open. */
  function keepPlace() {
    var above = null;
    document.querySelectorAll("main [id]").forEach(function (node) {
      var top = node.getBoundingClientRect().top;
      if (top <= innerHeight / 2 && (!above || top >= above.top)) above = { id: node.id, top: top };
    });
    var open = [];
    document.querySelectorAll("details").forEach(function (node, n) { if (node.open) open.push(n); });
    try {
      sessionStorage.setItem(PLACE, JSON.stringify({ path: location.pathname, y: scrollY, above: above, open: open }));
    } catch (error) { /* without storage the browser's own memory has to do */ }
  }

  function returnToPlace() {
    var place = null;
    try {
      place = JSON.parse(sessionStorage.getItem(PLACE));
      sessionStorage.removeItem(PLACE);
    } catch (error) { return; }
    if (!place || place.path !== location.pathname) return;
    history.scrollRestoration = "manual";
    var all = document.querySelectorAll("details");
    place.open.forEach(function (n) { if (all[n]) all[n].open = true; });
    var node = place.above && document.getElementById(place.above.id);
    var go = function () {
      scrollTo({ top: node ? scrollY + node.getBoundingClientRect().top - place.above.top : place.y, behavior: "instant" });
    };
    go();
    addEventListener("load", go, { once: true });
  }

  /* A button that counts the numbers that no release holds yet, and goes from one to the next. */
  function lead() {
    var marks = document.querySelectorAll("main .pe-mark--unreleased");
    if (!marks.length) return;
    var next = 0;
    var words = {};
    try { words = JSON.parse(document.getElementById("pe-config").textContent).words; } catch (error) { /* no words */ }
    var button = document.createElement("button");
    button.id = "pe-unreleased";
    button.className = "pe-unreleased";
    button.type = "button";
    button.textContent = (words.preview_marked || "{n}").replace("{n}", marks.length);
    button.addEventListener("click", function () {
      var mark = marks[next % marks.length];
      for (var node = mark; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
      mark.tabIndex = -1;
      mark.scrollIntoView({ block: "center" });
      mark.focus({ preventScroll: true });
      next += 1;
    });
    document.body.append(button);
  }

  function show(news) {
    var old = document.getElementById("pe-problems");
    if (old) old.remove();
    if (!news.problems.length) return;
    var box = document.createElement("section");
    box.id = "pe-problems";
    box.className = "pe-problems";
    box.setAttribute("role", "alert");
    var title = document.createElement("h2");
    title.textContent = news.title || "!";
    var list = document.createElement("ul");
    news.problems.forEach(function (problem) {
      var item = document.createElement("li");
      var where = document.createElement("code");
      where.textContent = problem.file ? problem.file + ":" + problem.line + ":" + problem.column : "";
      item.append(where, " " + problem.message + (problem.hint ? " – " + problem.hint : ""));
      list.append(item);
    });
    box.append(title, list);
    document.body.prepend(box);
  }

  function ask() {
    fetch("/_preview/state?page=" + encodeURIComponent(location.pathname) + "&since=" + version)
      .then(function (answer) { return answer.json(); })
      .then(function (news) {
        if (news.page && news.page !== mark && !news.problems.length) {
          keepPlace();
          location.reload();
          return;
        }
        version = news.version;
        show(news);
        ask();
      })
      .catch(function () { setTimeout(ask, 1000); });
  }
  returnToPlace();
  lead();
  ask();
})();
