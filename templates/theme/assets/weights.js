/* Lets a reader move the weights of an index. The page is complete without this file.
   Nothing here writes HTML: names go into the page as text only. The state is kept in the address (#weights=...). */
(function () {
  "use strict";

  var form = document.getElementById("pe-weights");
  if (!form) return;
  var data = JSON.parse(form.dataset.index);
  var sliders = Array.from(form.querySelectorAll("input[type=range]"));
  var mean = form.querySelector("select");
  var state = form.querySelector("[role=status]");
  var body = form.querySelector("tbody");
  var NAME = "#weights=";
  var LEAST = 1; /* What a value counts at least in a geometric mean, which knows no zero. */

  function ofLevel(level) {
    return sliders.filter(function (slider) {
      return slider.dataset.level === level;
    });
  }
  var outer = ofLevel("dimension");
  var inner = ofLevel("indicator");

  /* Until it is moved, a slider counts exactly as defined: a third is not 33%. */
  function weight(slider) {
    return slider.value === slider.defaultValue ? Number(slider.dataset.exact) : Number(slider.value);
  }

  /* The score of one area, null without any weight: a missing value is left out, within its dimension first. */
  function score(values, geometric) {
    var total = 0;
    var whole = 0;
    outer.forEach(function (slider, dimension) {
      var sum = 0;
      var known = 0;
      values.forEach(function (value, place) {
        if (data.dimensions[place] !== dimension || value === null) return;
        var share = weight(inner[place]);
        known += share;
        sum += share * (geometric ? Math.log(Math.max(value, LEAST)) : value);
      });
      if (known <= 0) return;
      total += (weight(slider) * sum) / known;
      whole += weight(slider);
    });
    if (whole <= 0) return null;
    return geometric ? Math.exp(total / whole) : total / whole;
  }

  /* Areas with their score and place, best first; equal scores share a place. */
  function ranked() {
    var geometric = mean.value === "geometric";
    var found = data.areas.map(function (area) {
      return { area: area, score: score(area.values, geometric) };
    });
    if (found.some(function (one) { return one.score === null; })) return null;
    found.forEach(function (one) {
      one.place = 1 + found.filter(function (other) { return other.score - one.score > 5e-6; }).length;
    });
    return found.sort(function (a, b) {
      return a.place - b.place || a.area.place - b.area.place;
    });
  }

  function cell(tag, text, numeric) {
    var element = document.createElement(tag);
    if (numeric) element.className = "num";
    element.append(text);
    return element;
  }

  function row(one) {
    var line = document.createElement("tr");
    var link = document.createElement("a");
    var head = cell("th", link);
    link.href = one.area.url;
    link.textContent = one.area.name;
    head.scope = "row";
    line.append(
      head,
      cell("td", one.score.toFixed(1).replace(".", data.decimal), true),
      cell("td", String(one.place), true),
      cell("td", String(one.area.place), true)
    );
    return line;
  }

  function show() {
    var found = ranked();
    sliders.forEach(function (slider) {
      slider.parentNode.querySelector(".pe-weights__value").textContent = slider.value;
    });
    if (!found) {
      body.replaceChildren();
      return data.words.no_weight;
    }
    body.replaceChildren.apply(body, found.map(row));
    var moved = found.filter(function (one) { return one.place !== one.area.place; }).length;
    if (!moved) return data.words.same;
    return data.words.moved.replace("{n}", moved).replace("{total}", found.length);
  }

  function isDefined() {
    return mean.value === data.mean && sliders.every(function (slider) {
      return slider.value === slider.defaultValue;
    });
  }

  function keep() {
    var values = sliders.map(function (slider) { return slider.value; });
    var hash = isDefined() ? "" : NAME + values.concat(mean.value).join("-");
    if (hash === location.hash || (!hash && location.hash.indexOf(NAME) !== 0)) return;
    try {
      history.replaceState(null, "", hash || location.pathname + location.search);
    } catch (error) {
      /* Some browsers forbid this for files opened from a folder: the sliders still work. */
    }
  }

  function update() {
    state.textContent = show();
    keep();
  }

  /* Whether the address held weights that fit this index. */
  function restore() {
    if (location.hash.indexOf(NAME) !== 0) return false;
    var parts = location.hash.slice(NAME.length).split("-");
    var chosen = parts.pop();
    var fits = parts.length === sliders.length && parts.every(function (part) {
      return /^\d{1,3}$/.test(part) && Number(part) <= 100;
    });
    if (!fits || (chosen !== "arithmetic" && chosen !== "geometric")) return false;
    sliders.forEach(function (slider, place) { slider.value = parts[place]; });
    mean.value = chosen;
    return true;
  }

  function setAll(defined) {
    sliders.forEach(function (slider) { slider.value = defined ? slider.defaultValue : "50"; });
    if (defined) mean.value = data.mean;
    update();
  }

  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("input", show);
  form.addEventListener("change", update);
  form.querySelectorAll("button[data-set]").forEach(function (button) {
    button.addEventListener("click", function () { setAll(button.dataset.set === "defined"); });
  });
  window.addEventListener("hashchange", function () {
    if (restore()) update();
  });

  var shared = restore();
  form.hidden = false;
  document.querySelectorAll(".pe-weights__note").forEach(function (note) { note.hidden = true; });
  state.textContent = show();
  if (shared) document.getElementById("weights").scrollIntoView();
})();
