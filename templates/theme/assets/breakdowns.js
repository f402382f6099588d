/* The breakdowns of an indicator: a reader chooses one, and of that one single values. The choice stands in the address:
   ?by=performer&only=firms,universities. Without this file all are shown, and each link leads to its own. */
(function () {
  "use strict";

  var links = Array.from(document.querySelectorAll(".pe-choice a"));
  var groups = Array.from(document.querySelectorAll(".pe-values"));

  function figureOf(link) {
    return link.dataset.by ? document.getElementById(link.hash.slice(1)) : null;
  }

  /* An unknown choice shows all: there are always data to see. */
  function show() {
    var asked = new URLSearchParams(location.search).get("by") || "";
    var chosen = links.find(function (link) {
      return link.dataset.by === asked;
    }) || links[0];
    links.forEach(function (link) {
      var figure = figureOf(link);
      if (figure) figure.hidden = chosen.dataset.by !== "" && link !== chosen;
      if (link === chosen) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
    groups.forEach(function (group) {
      group.hidden = group.dataset.by !== chosen.dataset.by;
      pick(group, group.hidden ? "" : new URLSearchParams(location.search).get("only") || "");
    });
  }

  /* What is not picked is faded in the drawing, whose colours follow the order of the values, and left out of the
     table. Nothing picked, or nothing that is known, is everything. */
  function pick(group, names) {
    var boxes = Array.from(group.querySelectorAll("input"));
    var asked = names.split(",");
    var known = boxes.some(function (box) { return asked.includes(box.value); });
    var figure = document.getElementById(group.dataset.figure);
    var left = [];
    boxes.forEach(function (box, place) {
      var colour = "var(--pe-cat-" + (place + 1) + ")";
      box.checked = !known || asked.includes(box.value);
      if (!box.checked) left.push(box.nextElementSibling.textContent);
      figure.querySelectorAll('svg [fill="' + colour + '"], svg [stroke="' + colour + '"]').forEach(function (mark) {
        mark.classList.toggle("pe-faded", !box.checked);
      });
    });
    figure.querySelectorAll(".pe-chart__data tbody tr").forEach(function (row) {
      row.classList.toggle("pe-left-out", Array.from(row.cells).some(function (cell) {
        return left.includes(cell.textContent.trim());
      }));
    });
  }

  groups.forEach(function (group) {
    group.addEventListener("change", function () {
      var boxes = Array.from(group.querySelectorAll("input"));
      var picked = boxes.filter(function (box) { return box.checked; });
      var address = new URL(location.href);
      address.searchParams.delete("only");
      if (picked.length && picked.length < boxes.length) {
        address.searchParams.set("only", picked.map(function (box) { return box.value; }).join(","));
      }
      history.replaceState(null, "", address);
      show();
    });
  });

  links.forEach(function (link) {
    link.addEventListener("click", function (event) {
      var address = new URL(location.href);
      address.searchParams.delete("only");
      if (link.dataset.by) address.searchParams.set("by", link.dataset.by);
      else address.searchParams.delete("by");
      address.hash = "breakdowns";
      event.preventDefault();
      history.pushState(null, "", address);
      show();
    });
  });
  window.addEventListener("popstate", show);
  show();
})();
