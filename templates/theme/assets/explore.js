/* Filters and sorts the table of all tasks, and gives the rows shown as a file. Without this file the whole table
   stands. Nothing here writes HTML. The choice is kept in the address: #aspect=a2&status=on-track&sort=5&down=1. */
(function () {
  "use strict";

  var form = document.getElementById("pe-explore");
  if (!form) return;
  var table = document.getElementById("explore-table");
  var body = table.querySelector("tbody");
  var state = form.querySelector("[role=status]");
  var selects = Array.from(form.querySelectorAll("select"));
  var input = form.elements.q;
  var heads = Array.from(table.querySelectorAll("thead th"));
  var rows = Array.from(body.rows).map(function (row, place) {
    var values = {};
    selects.forEach(function (select) { values[select.name] = row.dataset[select.name].split(" "); });
    return {
      row: row,
      place: place,
      values: values,
      ranks: row.dataset.ranks.split(" ").map(Number),
      text: fold(row.textContent)
    };
  });
  var shown = rows;
  var sort = { column: 0, down: false };

  function fold(text) {
    return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ");
  }

  function fits(one) {
    var wanted = fold(input.value).trim().split(" ").filter(Boolean);
    return selects.every(function (select) {
      return !select.value || one.values[select.name].indexOf(select.value) >= 0;
    }) && wanted.every(function (word) { return one.text.indexOf(word) >= 0; });
  }

  function show() {
    var turn = sort.down ? -1 : 1;
    shown = rows.filter(fits).sort(function (a, b) {
      return turn * (a.ranks[sort.column] - b.ranks[sort.column]) || a.place - b.place;
    });
    order.value = String(sort.column);
    body.replaceChildren.apply(body, shown.map(function (one) { return one.row; }));
    heads.forEach(function (head, place) {
      if (place === sort.column) head.setAttribute("aria-sort", sort.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    state.textContent = shown.length
      ? state.dataset.many.replace("{n}", shown.length).replace("{total}", rows.length)
      : state.dataset.none;
  }

  /* -- The address -- */

  function keep() {
    var parts = new URLSearchParams();
    if (input.value.trim()) parts.set("q", input.value.trim());
    selects.forEach(function (select) { if (select.value) parts.set(select.name, select.value); });
    if (sort.column) parts.set("sort", String(sort.column));
    if (sort.down) parts.set("down", "1");
    var hash = parts.toString() ? "#" + parts.toString() : "";
    if (hash === location.hash) return;
    try {
      history.replaceState(null, "", hash || location.pathname + location.search);
    } catch (error) {
      /* Some browsers forbid this for files opened from a folder: the table still works. */
    }
  }

  /* What the address does not name, or what is not known, is as at first. */
  function restore() {
    var parts = new URLSearchParams(location.hash.slice(1));
    input.value = parts.get("q") || "";
    selects.forEach(function (select) {
      select.value = parts.get(select.name) || "";
      if (select.selectedIndex < 0) select.value = "";
    });
    var column = Number(parts.get("sort") || 0);
    sort = { column: heads[column] ? column : 0, down: parts.get("down") === "1" };
    show();
  }

  function update() {
    show();
    keep();
  }

  /* -- The file: what the page shows, and the address of each task -- */

  function words(cell) {
    var copy = cell.cloneNode(true);
    copy.querySelectorAll("[aria-hidden=true]").forEach(function (one) { one.remove(); });
    return copy.textContent.replace(/\s+/g, " ").trim();
  }

  /* A text that a spreadsheet would run as a formula gets a quote mark. */
  function quoted(text) {
    var safe = /^[=+\-@\t]/.test(text) ? "'" + text : text;
    return /[",\r\n]/.test(safe) ? '"' + safe.replace(/"/g, '""') + '"' : safe;
  }

  function csv() {
    var first = ["id"].concat(heads.map(words), ["url"]);
    return [first].concat(shown.map(function (one) {
      var link = one.row.querySelector("a[href]");
      return [one.row.dataset.id].concat(Array.from(one.row.cells).map(words), [link.href]);
    })).map(function (cells) { return cells.map(quoted).join(","); }).join("\n") + "\n";
  }

  function download() {
    /* The mark in front tells spreadsheets that the text is UTF-8. */
    var address = URL.createObjectURL(new Blob(["\ufeff" + csv()], { type: "text/csv;charset=utf-8" }));
    var link = document.createElement("a");
    link.href = address;
    link.download = form.dataset.file;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(address); }, 1000);
  }

  /* -- Column heads become buttons; on phones, where they are hidden and not to be reached, a list does the same -- */

  var narrow = window.matchMedia("(max-width: 45em)");
  function reach() {
    table.querySelectorAll(".pe-sort").forEach(function (button) { button.tabIndex = narrow.matches ? -1 : 0; });
  }
  heads.forEach(function (head, place) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "pe-sort";
    button.append.apply(button, Array.from(head.childNodes));
    head.append(button);
    button.addEventListener("click", function () {
      sort = { column: place, down: sort.column === place && !sort.down };
      update();
    });
  });
  narrow.addEventListener("change", reach);
  reach();
  var order = document.createElement("select");
  var label = document.createElement("label");
  heads.forEach(function (head, place) {
    var option = document.createElement("option");
    option.value = String(place);
    option.textContent = words(head);
    order.append(option);
  });
  label.className = "pe-filter__order";
  label.append(table.dataset.sort + " ", order);
  form.querySelector(".pe-filter__fields").append(label);
  order.addEventListener("change", function (event) {
    event.stopPropagation();
    sort = { column: Number(order.value), down: false };
    update();
  });

  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("change", update);
  input.addEventListener("input", update);
  form.addEventListener("reset", function () {
    sort = { column: 0, down: false };
    setTimeout(update, 0);
  });
  form.querySelector("[data-download]").addEventListener("click", download);
  window.addEventListener("hashchange", restore);
  restore();
  form.hidden = false;
})();
