/* The breakdowns of an indicator: a reader chooses one, and of that one single values. The choice stands in the address:
   ?by=performer&only=firms,universities. Without this file all are shown, and each link leads to its own. */
(function () {
  "use strict";

  var links = Array.from(document.querySelectorAll(".pe-choice a"));
  var groups = Array.from(document.querySelectorAll(".pe-values"));
  var said = document.querySelector(".pe-choice__said");
  if (!links.length && !groups.length) return;

  function asked(name) {
    return new URLSearchParams(location.search).get(name) || "";
  }

  /* An unknown choice shows all: there are always data to see. The only breakdown needs no choosing. */
  function show() {
    var by = asked("by");
    var chosen = links.find(function (link) {
      return link.dataset.by === by;
    }) || links[0];
    var now = chosen ? chosen.dataset.by : groups[0].dataset.by;
    links.forEach(function (link) {
      if (link.dataset.by) document.getElementById(link.hash.slice(1)).hidden = now !== "" && link !== chosen;
      if (link === chosen) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
    said.textContent = now && chosen ? said.dataset.one.replace("{title}", chosen.textContent) : "";
    groups.forEach(function (group) {
      group.hidden = group.dataset.by !== now;
      pick(group, group.hidden ? "" : asked("only"));
    });
  }

  /* What is not picked leaves the drawing and the table. Nothing picked, or nothing that is known, is everything. */
  function pick(group, names) {
    var boxes = Array.from(group.querySelectorAll("input"));
    var wanted = names.split(",");
    var known = boxes.some(function (box) { return wanted.includes(box.value); });
    var figure = document.getElementById(group.dataset.figure);
    boxes.forEach(function (box) { box.checked = !known || wanted.includes(box.value); });
    var out = boxes.filter(function (box) { return !box.checked; });
    var titles = out.map(function (box) { return box.nextElementSibling.textContent; });
    figure.querySelectorAll(".pe-chart__data tbody tr").forEach(function (row) {
      row.hidden = Array.from(row.cells).some(function (cell) { return titles.includes(cell.textContent.trim()); });
    });
    redraw(figure, boxes);
    interactive(figure, out.length > 0);
    if (out.length) {
      said.textContent = said.dataset.some.replace("{n}", boxes.length - out.length).replace("{total}", boxes.length);
    }
  }

  /* The still picture with only what is picked, on the scale of all. Its colours follow the order of the values: what
     has one is a column, a line, a point or the sign beside a name. Columns sink onto those that stay below them. */
  function redraw(figure, boxes) {
    var texts = Array.from(figure.querySelectorAll(".pe-chart__drawing text")).map(function (node) {
      return { node: node, at: place(node), size: parseFloat(node.getAttribute("font-size")) };
    });
    var columns = {};
    var names = [];
    boxes.forEach(function (box, number) {
      var colour = "var(--pe-cat-" + (number + 1) + ")";
      var marks = '.pe-chart__drawing path:is([fill="' + colour + '"], [stroke="' + colour + '"])';
      figure.querySelectorAll(marks).forEach(function (node) {
        var shape = /^M([-\d.]+),([-\d.]+)h([\d.]+)v([\d.]+)h/.exec(node.getAttribute("d"));
        var moved = node.getAttribute("transform");
        var name = moved && texts.find(function (text) {
          return text.node.getAttribute("text-anchor") === "start" && isBeside(place(node), text);
        });
        node.classList.toggle("pe-left-out", !box.checked);
        if (name) {
          name.node.classList.toggle("pe-left-out", !box.checked);
          if (box.checked) names.push({ nodes: [node, name.node], y: place(node).y, number: number });
        } else if (shape && !moved) {
          var column = { node: node, number: number, isShown: box.checked, y: +shape[2], high: +shape[4] };
          column.label = texts.find(function (text) {
            return text.at.x > +shape[1] && text.at.x < +shape[1] + +shape[3] &&
              text.at.y > column.y && text.at.y < column.y + column.high;
          });
          (columns[shape[1]] = columns[shape[1]] || []).push(column);
        }
      });
    });
    var last = [];
    Object.keys(columns).sort(function (a, b) { return a - b; }).forEach(function (x) {
      var sunk = 0;
      last = columns[x].sort(function (a, b) { return b.y - a.y; });
      last.forEach(function (column) {
        column.sunk = sunk;
        sink([column.node].concat(column.label ? column.label.node : []), sunk);
        if (column.label) column.label.node.classList.toggle("pe-left-out", !column.isShown);
        if (!column.isShown) sunk += column.high;
      });
    });
    var below = Infinity;
    names.sort(function (a, b) { return b.y - a.y; }).forEach(function (name) {
      var own = last.find(function (column) { return column.number === name.number; });
      var y = Math.min(name.y + (own ? own.sunk : 0), below - 15);
      sink(name.nodes, y - name.y);
      below = y;
    });
  }

  function place(node) {
    var found = /translate\(([-\d.]+),([-\d.]+)\)/.exec(node.getAttribute("transform")) || [0, NaN, NaN];
    return { x: +found[1], y: +found[2] };
  }

  /* A name stands ten to the right of its sign, and a third of its size lower. */
  function isBeside(sign, text) {
    return Math.abs(text.at.x - sign.x - 10) < 1 && Math.abs(text.at.y - sign.y - text.size / 3) < 2;
  }

  function sink(nodes, by) {
    nodes.forEach(function (node) { node.style.translate = by ? "0 " + by + "px" : ""; });
  }

  /* The interactive chart always holds all. */
  function interactive(figure, isPartial) {
    var button = figure.querySelector(".pe-explore");
    if (!button) return;
    if (isPartial && figure.querySelector(".pe-chart__drawing").hidden) button.click();
    button.parentNode.hidden = isPartial;
  }

  function go(change, isStep) {
    var address = new URL(location.href);
    address.searchParams.delete("only");
    change(address);
    history[isStep ? "pushState" : "replaceState"](null, "", address);
    show();
    if (!said.textContent) said.textContent = said.dataset.all;
  }

  groups.forEach(function (group) {
    group.addEventListener("change", function () {
      var boxes = Array.from(group.querySelectorAll("input"));
      var picked = boxes.filter(function (box) { return box.checked; });
      go(function (address) {
        if (!picked.length || picked.length === boxes.length) return;
        address.searchParams.set("only", picked.map(function (box) { return box.value; }).join(","));
      });
    });
  });

  links.forEach(function (link) {
    link.addEventListener("click", function (event) {
      event.preventDefault();
      go(function (address) {
        if (link.dataset.by) address.searchParams.set("by", link.dataset.by);
        else address.searchParams.delete("by");
        address.hash = "breakdowns";
      }, true);
    });
  });
  window.addEventListener("popstate", show);
  show();
})();
