/* Live preview only: asks the preview server for news, reloads after a rebuild, shows problems over the page. */
(function () {
  "use strict";
  var version = -1;

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
    fetch("/_preview/state?since=" + version)
      .then(function (answer) { return answer.json(); })
      .then(function (news) {
        if (version >= 0 && news.version !== version && !news.problems.length) {
          location.reload();
          return;
        }
        version = news.version;
        show(news);
        ask();
      })
      .catch(function () { setTimeout(ask, 1000); });
  }
  ask();
})();
