/* Puts two to four areas side by side. Without this file the page's table of all areas stands.
   Nothing here writes HTML: names and values go into the page as text only. The choice is kept in the address
   (#areas=...&indicators=...). The data come as a script, the one kind of file that also loads from a folder. */
(function () {
  "use strict";

  var form = document.getElementById("pe-compare");
  if (!form) return;
  var selects = Array.from(form.querySelectorAll("select"));
  var boxes = Array.from(form.querySelectorAll("input[type=checkbox]"));
  var state = form.querySelector("[role=status]");
  var table = form.querySelector("table");
  var caption = table.querySelector("caption");
  var head = table.querySelector("thead tr");
  var body = table.querySelector("tbody");
  var scroll = table.parentNode;
  var data = null;

  function make(tag, name, children) {
    var element = document.createElement(tag);
    if (name) element.className = name;
    (children || []).forEach(function (child) {
      if (child) element.append(child);
    });
    return element;
  }

  function once(list) {
    return list.filter(function (one, place) {
      return one && list.indexOf(one) === place;
    });
  }

  function areas() {
    return once(selects.map(function (select) { return select.value; }));
  }

  function indicators() {
    return boxes.filter(function (box) { return box.checked; }).map(function (box) { return box.value; });
  }

  function isFirst() {
    return selects.every(function (select) {
      return select.value === select.dataset.first;
    }) && boxes.every(function (box) { return box.checked === box.defaultChecked; });
  }

  /* -- The table -- */

  function link(one) {
    var element = make("a", "", [one.name]);
    element.href = form.dataset.root + one.url;
    if (one.lang) element.lang = one.lang;
    return element;
  }

  function marks(list) {
    return (list || []).map(function (mark) {
      return make("span", "pe-mark pe-mark--" + mark[0], [mark[1]]);
    });
  }

  function spaced(parts) {
    var found = [];
    parts.forEach(function (part) {
      if (found.length) found.push(" ");
      found.push(part);
    });
    return found;
  }

  function status(name) {
    var known = data.statuses[name];
    var symbol = make("span", "pe-status__symbol", [known[0]]);
    symbol.setAttribute("aria-hidden", "true");
    return make("span", "pe-status pe-status--" + name, [symbol, " ", known[1]]);
  }

  /* A number leads to its entry: source, status, basis and note. */
  function entryOf(page, place, text) {
    return link({ url: page + "#" + place, name: text });
  }

  /* Value with period and marks, then the verdict, then the target; each on its own line. */
  function cell(entry, label, page) {
    var lines = [];
    if (entry.v) lines.push([make("span", "", [make("strong", "", [entryOf(page, entry.h, entry.v)]), entry.p])].concat(marks(entry.m)));
    else lines.push([data.words.nothing]);
    if (entry.s) lines.push([status(entry.s)].concat(marks(entry.o)));
    else if (entry.w) lines.push([entry.w]);
    if (entry.t) {
      var around = data.words.target.split("{target}");
      lines.push([make("span", "", [around[0], entryOf(page, entry.g, entry.t), around[1]])].concat(marks(entry.n)));
    } else lines.push([data.words.no_target]);
    var inner = make("span", "pe-cell", lines.map(function (line, place) {
      return make("span", place ? "pe-compare__line pe-note" : "pe-compare__line", spaced(line));
    }));
    var element = make("td", "", [inner]);
    element.dataset.label = label;
    return element;
  }

  function heading(one, scope) {
    var element = make("th", "", [typeof one === "string" ? one : link(one)]);
    element.scope = scope;
    return element;
  }

  function byIds(list, ids) {
    return ids.map(function (id) {
      return list.find(function (one) { return one.id === id; });
    }).filter(Boolean);
  }

  function show() {
    var side = byIds(data.areas, areas());
    var rows = byIds(data.indicators, indicators());
    var words = data.words;
    var ready = side.length > 1 && rows.length > 0;
    scroll.hidden = !ready;
    if (!ready) {
      state.textContent = side.length < 2 ? words.few_areas : words.few_indicators;
      return;
    }
    var places = side.map(function (area) { return data.areas.indexOf(area); });
    var madeUp = rows.some(function (row) {
      return places.some(function (place) { return row.cells[place].i; });
    });
    var names = side.map(function (area) { return area.name; }).join(words.separator);
    caption.textContent = (madeUp ? words.illustration : "") + words.caption.replace("{areas}", names);
    head.replaceChildren.apply(head, [heading(words.indicator, "col")].concat(side.map(function (area) {
      return heading(area, "col");
    })));
    body.replaceChildren.apply(body, rows.map(function (row) {
      return make("tr", "", [heading(row, "row")].concat(places.map(function (place, order) {
        return cell(row.cells[place], side[order].name, row.url);
      })));
    }));
    var twice = selects.filter(function (select) { return select.value; }).length > side.length;
    state.textContent = words.shown.replace("{areas}", side.length).replace("{indicators}", rows.length) +
      (twice ? " " + words.same_twice : "");
  }

  /* -- The address -- */

  function keep() {
    var hash = isFirst() ? "" : "#areas=" + areas().join(",") + "&indicators=" + indicators().join(",");
    if (hash === location.hash || (!hash && location.hash.indexOf("#areas=") !== 0)) return;
    try {
      history.replaceState(null, "", hash || location.pathname + location.search);
    } catch (error) {
      /* Some browsers forbid this for files opened from a folder: the form still works. */
    }
  }

  /* Whether the address held a choice; ids that are not known are passed over. */
  function restore() {
    if (location.hash.indexOf("#areas=") !== 0) return false;
    var parts = {};
    location.hash.slice(1).split("&").forEach(function (part) {
      var place = part.indexOf("=");
      parts[part.slice(0, place)] = part.slice(place + 1).split(",");
    });
    var known = Array.from(selects[0].options).map(function (option) { return option.value; });
    var side = once(parts.areas || []).filter(function (id) { return known.indexOf(id) >= 0; });
    selects.forEach(function (select, place) { select.value = side[place] || ""; });
    boxes.forEach(function (box) {
      box.checked = parts.indicators ? parts.indicators.indexOf(box.value) >= 0 : box.defaultChecked;
    });
    return true;
  }

  function update() {
    if (!data) return;
    show();
    keep();
  }

  function set(kind) {
    boxes.forEach(function (box) {
      box.checked = kind === "all" || (kind === "first" && box.defaultChecked);
    });
    update();
  }

  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("change", update);
  form.querySelectorAll("button[data-set]").forEach(function (button) {
    button.addEventListener("click", function () { set(button.dataset.set); });
  });
  window.addEventListener("hashchange", function () {
    if (restore() && data) show();
  });

  /* The data hand themselves over by this name. */
  window.peCompare = function (given) {
    data = given;
    restore();
    form.hidden = false;
    document.querySelectorAll(".pe-compare__note").forEach(function (note) { note.hidden = true; });
    show();
  };

  selects.forEach(function (select) { select.dataset.first = select.value; });
  var script = make("script");
  script.src = form.dataset.source;
  document.head.append(script);
})();
