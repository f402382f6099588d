/* Menu, colours, search and interactive charts. Pages are complete without this file.
   Nothing here writes HTML: text goes into the page as text nodes only. */
(function () {
  "use strict";

  var config = JSON.parse(document.getElementById("pe-config").textContent);
  var words = config.words;
  var root = document.documentElement;
  var wide = window.matchMedia("(min-width: 60em)");

  function byId(id) {
    return document.getElementById(id);
  }

  /* An element with a class and children; strings become text nodes. */
  function make(tag, name, children) {
    var element = document.createElement(tag);
    if (name) element.className = name;
    (children || []).forEach(function (child) {
      if (child) element.append(child);
    });
    return element;
  }

  /* Scripts are the one kind of file that also loads from file:// pages. */
  var loading = {};
  function load(address) {
    if (!loading[address]) {
      loading[address] = new Promise(function (done, fail) {
        var script = make("script");
        script.src = address;
        script.onload = done;
        script.onerror = function () {
          delete loading[address];
          script.remove();
          fail(new Error(address));
        };
        document.head.append(script);
      });
    }
    return loading[address];
  }

  /* -- Menu and colours -- */

  var menu = byId("pe-menu");
  var menuButton = byId("pe-menu-button");
  var schemeButton = byId("pe-scheme");

  function openMenu(open) {
    menu.classList.toggle("pe-menu--open", open);
    menuButton.setAttribute("aria-expanded", String(open));
  }

  function closeGroups(except) {
    document.querySelectorAll(".pe-nav__group[open]").forEach(function (group) {
      if (!except || !group.contains(except)) group.open = false;
    });
  }

  function isDark() {
    return root.getAttribute("data-md-color-scheme") === "slate";
  }

  function nameScheme() {
    schemeButton.setAttribute("aria-label", isDark() ? words.theme_light : words.theme_dark);
    schemeButton.title = schemeButton.getAttribute("aria-label");
  }

  menuButton.hidden = schemeButton.hidden = false;
  nameScheme();
  menuButton.addEventListener("click", function () {
    openMenu(!menu.classList.contains("pe-menu--open"));
  });
  schemeButton.addEventListener("click", function () {
    var scheme = isDark() ? "default" : "slate";
    root.setAttribute("data-md-color-scheme", scheme);
    nameScheme();
    try {
      localStorage.setItem("pe-scheme", scheme);
    } catch (error) {
      /* Storage may be forbidden: the choice then lasts for this page. */
    }
  });
  new MutationObserver(nameScheme).observe(root, { attributeFilter: ["data-md-color-scheme"] });
  document.addEventListener("click", function (event) {
    closeGroups(event.target);
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    var group = document.activeElement.closest(".pe-nav__group[open]");
    if (group) group.querySelector("summary").focus();
    else if (menu.classList.contains("pe-menu--open") && document.activeElement !== input) {
      openMenu(false);
      menuButton.focus();
    }
    closeGroups();
  });

  /* -- Table of contents: open where it has a column of its own -- */

  var contents = document.querySelector(".pe-toc details");
  function showContents() {
    contents.open = wide.matches;
  }
  if (contents) {
    showContents();
    wide.addEventListener("change", showContents);
  }

  /* -- Search -- */

  var HAN = "\\p{Script=Han}";
  var TOKENS = new RegExp(HAN + "+|\\d+(?:\\.\\d+)*|(?:(?!" + HAN + ")[\\p{L}\\p{M}&'’])+", "gu");
  var SHOWN = 20;
  var SHOWN_ON_PAGE = 100;
  var WEIGHTS = { t: 40, n: 30, k: 15, v: 5, x: 10 };
  var entries = null;

  /* The index file calls this: {entries: [{u, t, k, x, n, v}]}, or the list alone. */
  window.peSearch = function (data) {
    entries = (data.entries || data).map(function (entry) {
      var folded = {};
      Object.keys(WEIGHTS).forEach(function (field) {
        folded[field] = fold([].concat(entry[field] || "").join(" "));
      });
      return { shown: entry, folded: folded };
    });
  };

  /* One spelling for wide and narrow, great and small letters. */
  function fold(text) {
    return text.normalize("NFKC").toLowerCase();
  }

  function isHan(text) {
    return /^\p{Script=Han}/u.test(text);
  }

  /* What finds a term: Chinese anywhere, words from their start, numbers whole
     (long ones from their start, since they are still being typed; 08 is 8).
     The first group is what stands before the match. */
  function pattern(term) {
    if (isHan(term)) return "()(" + term + ")";
    if (/^\d/.test(term)) {
      var number = term.replace(/^0+(?=\d)/, "").replace(/\./g, "\\.");
      return "(^|[^\\d.])(0*" + number + (number.length > 2 ? ")" : ")(?!\\d|\\.\\d)");
    }
    var stem = term.length > 3 ? term.replace(/([^s])s$/, "$1") : term;
    return "(^|[^\\p{L}\\p{N}]|" + HAN + ")(" + stem + ")";
  }

  function terms(query) {
    return (fold(query).match(TOKENS) || []).map(function (text) {
      return { text: text, finds: new RegExp(pattern(text), "iu") };
    });
  }

  /* The pairs of neighbouring characters, for Chinese queries that stand nowhere as a whole. */
  function pairs(query) {
    return fold(query).replace(/\p{Script=Han}{3,}/gu, function (run) {
      var all = Array.from(run);
      return all.slice(1).map(function (sign, i) {
        return all[i] + sign;
      }).join(" ");
    });
  }

  /* 0 when too few terms are found; a title counts more than a number or name, that more than text. */
  function score(entry, wanted, query, share) {
    var sum = 0;
    var missing = 0;
    for (var i = 0; i < wanted.length; i++) {
      var best = 0;
      for (var field in WEIGHTS) {
        if (WEIGHTS[field] > best && wanted[i].finds.test(entry.folded[field])) best = WEIGHTS[field];
      }
      if (!best) missing += 1;
      sum += best;
    }
    if (missing > wanted.length * (1 - share)) return 0;
    var title = entry.folded.t;
    return sum + (title === query ? 80 : title.startsWith(query) ? 40 : title.includes(query) ? 20 : 0);
  }

  function rank(query, wanted, share) {
    var whole = fold(query).trim();
    if (!wanted.length) return [];
    return entries.map(function (entry) {
      return { entry: entry.shown, score: score(entry, wanted, whole, share) };
    }).filter(function (hit) {
      return hit.score > 0;
    }).sort(function (a, b) {
      return b.score - a.score;
    });
  }

  /* {hits, wanted}: as typed; else with the spaces closed up (pinyin); else by pairs of Chinese
     characters, all of them, then most (names are often shortened by leaving out a middle part). */
  function find(query) {
    var tries = [[query, 1], [query.replace(/\s+/g, ""), 1], [pairs(query), 1], [pairs(query), 0.6]];
    var found = { hits: [], wanted: [] };
    for (var i = 0; i < tries.length && !found.hits.length; i++) {
      var wanted = terms(tries[i][0]);
      found = { hits: rank(tries[i][0], wanted, tries[i][1]), wanted: wanted };
    }
    return found;
  }

  /* Where the terms stand in a text: sorted [start, end] that do not overlap. */
  function spans(text, wanted) {
    var all = [];
    wanted.forEach(function (term) {
      var finds = new RegExp(term.finds.source, "giu");
      var match;
      while ((match = finds.exec(text))) all.push([match.index + match[1].length, match.index + match[0].length]);
    });
    all.sort(function (a, b) {
      return a[0] - b[0];
    });
    return all.reduce(function (merged, span) {
      var last = merged[merged.length - 1];
      if (last && span[0] <= last[1]) last[1] = Math.max(last[1], span[1]);
      else merged.push(span);
      return merged;
    }, []);
  }

  function marked(text, wanted) {
    var parts = [];
    var at = 0;
    spans(text, wanted).forEach(function (span) {
      parts.push(text.slice(at, span[0]), make("mark", "", [text.slice(span[0], span[1])]));
      at = span[1];
    });
    return parts.concat(text.slice(at));
  }

  /* The part of a long text in which the first match stands. */
  function excerpt(text, wanted) {
    var first = spans(text, wanted)[0];
    var start = first && first[0] > 70 ? first[0] - 30 : 0;
    return (start ? "…" : "") + text.slice(start, start + 110) + (start + 110 < text.length ? "…" : "");
  }

  function address(entry) {
    return config.base + "/" + entry.u;
  }

  function summary(hits, shown) {
    if (!hits.length) return words.search_none;
    if (hits.length === 1) return words.search_one;
    var text = hits.length > shown ? words.search_more : words.search_many;
    return text.replace("{n}", hits.length).replace("{max}", shown);
  }

  function describe(hit, wanted) {
    var entry = hit.entry;
    var meta = [entry.k, entry.v].filter(Boolean).join(" · ");
    return {
      title: make("span", "pe-result__title", marked(entry.t, wanted)),
      meta: meta && make("span", "pe-result__meta", [meta]),
      text: entry.x && make("span", "pe-result__text", marked(excerpt(entry.x, wanted), wanted))
    };
  }

  var input = byId("pe-query");
  var form = input.form;
  var list = make("div", "pe-results__list");
  var note = make("p", "pe-results__note");
  var box = make("div", "pe-results", [note, list]);
  var chosen = -1;

  list.id = "pe-results";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.search_label);
  note.setAttribute("role", "status");
  box.hidden = true;
  form.append(box);
  [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]].forEach(function (pair) {
    input.setAttribute(pair[0], pair[1]);
  });

  function choose(index) {
    var options = list.children;
    if (options[chosen]) options[chosen].setAttribute("aria-selected", "false");
    chosen = index;
    if (options[index]) {
      options[index].setAttribute("aria-selected", "true");
      options[index].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", options[index].id);
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function close() {
    box.hidden = true;
    input.setAttribute("aria-expanded", "false");
    choose(-1);
  }

  function option(hit, index, wanted) {
    var parts = describe(hit, wanted);
    var link = make("a", "pe-result", [parts.title, parts.meta, parts.text]);
    link.id = "pe-result-" + index;
    link.href = address(hit.entry);
    link.tabIndex = -1;
    link.setAttribute("role", "option");
    link.setAttribute("aria-selected", "false");
    return link;
  }

  function suggest() {
    var query = input.value.trim();
    choose(-1);
    if (!query) return close();
    box.hidden = false;
    if (!entries) {
      note.textContent = words.search_loading;
      return loadIndex();
    }
    var found = find(query);
    var options = found.hits.slice(0, SHOWN).map(function (hit, index) {
      return option(hit, index, found.wanted);
    });
    list.replaceChildren.apply(list, options);
    list.hidden = !options.length;
    note.textContent = summary(found.hits, SHOWN);
    input.setAttribute("aria-expanded", String(options.length > 0));
  }

  function loadIndex() {
    return load(config.index).then(function () {
      if (document.activeElement === input) suggest();
    }, function () {
      box.hidden = !input.value.trim();
      note.textContent = words.search_error;
    });
  }

  input.addEventListener("focus", function () {
    if (!entries) loadIndex();
  });
  input.addEventListener("input", suggest);
  input.addEventListener("keydown", function (event) {
    if (event.isComposing) return;
    var last = list.children.length - 1;
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && !box.hidden && chosen >= 0) list.children[chosen].click();
    else if (event.key === "ArrowDown" && box.hidden) suggest();
    else if (event.key === "ArrowDown") choose(chosen < last ? chosen + 1 : 0);
    else if (event.key === "ArrowUp") choose(chosen > 0 ? chosen - 1 : last);
    else return;
    event.preventDefault();
  });
  form.addEventListener("focusout", function (event) {
    if (!form.contains(event.relatedTarget)) close();
  });
  /* A press on a result must not take the focus away, or the list closes before the click. */
  box.addEventListener("mousedown", function (event) {
    event.preventDefault();
  });

  /* The search page lists the results of ?q=. */
  var place = byId("pe-search-results");
  var asked = new URLSearchParams(location.search).get("q");
  if (place && asked) {
    input.value = asked;
    var count = make("p", "", [words.search_loading]);
    count.setAttribute("role", "status");
    place.append(count);
    load(config.index).then(function () {
      var found = find(asked);
      count.textContent = summary(found.hits, SHOWN_ON_PAGE);
      place.append(make("ol", "pe-found", found.hits.slice(0, SHOWN_ON_PAGE).map(function (hit) {
        var parts = describe(hit, found.wanted);
        var link = make("a", "", [parts.title]);
        link.href = address(hit.entry);
        return make("li", "", [link, parts.meta, parts.text]);
      })));
    }, function () {
      count.textContent = words.search_error;
    });
  }

  /* -- Interactive charts: nothing is loaded before a reader asks -- */

  var specs = {};
  /* A chart file calls this; it is known by its address, which no two charts share. */
  window.peChart = function (id, spec) {
    specs[document.currentScript.src] = spec;
  };

  function explore(button) {
    var drawing = button.closest(".pe-chart").querySelector(".pe-chart__drawing");
    var source = new URL(button.dataset.spec, document.baseURI).href;
    var state = make("span");
    var live = null;
    var view = null;

    function back() {
      if (view) view.finalize();
      if (live) live.remove();
      live = view = null;
      drawing.hidden = false;
      button.textContent = words.explore;
    }

    /* Made here, inside <main>, because Vega would put its own outside every landmark.
       What it tells stands in the table too, so it is hidden from screen readers. */
    function makeTooltip() {
      if (byId("vg-tooltip-element")) return;
      var tooltip = make("div", "vg-tooltip");
      tooltip.id = "vg-tooltip-element";
      tooltip.setAttribute("aria-hidden", "true");
      byId("main").append(tooltip);
    }

    function draw() {
      makeTooltip();
      live = make("div", "pe-chart__live");
      drawing.before(live);
      return window.vegaEmbed(live, specs[source], {
        ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: { disableDefaultStyle: true }
      }).then(function (result) {
        view = result.view;
        drawing.hidden = true;
        button.textContent = words.explore_back;
        state.textContent = "";
      });
    }

    state.setAttribute("role", "status");
    button.after(state);
    button.textContent = words.explore;
    button.hidden = false;
    button.addEventListener("click", function () {
      if (button.getAttribute("aria-disabled")) return;
      if (view) return back();
      state.textContent = words.explore_loading;
      button.setAttribute("aria-disabled", "true");
      Promise.all([load(config.vega), load(source)]).then(draw).catch(function () {
        back();
        state.textContent = words.explore_error;
      }).then(function () {
        button.removeAttribute("aria-disabled");
      });
    });
  }
  document.querySelectorAll(".pe-explore").forEach(explore);

  /* -- Paper shows the data behind each chart -- */

  window.addEventListener("beforeprint", function () {
    document.querySelectorAll(".pe-chart__data:not([open])").forEach(function (details) {
      details.open = true;
      window.addEventListener("afterprint", function () {
        details.open = false;
      }, { once: true });
    });
  });

  /* -- Files opened from a folder have no server that finds a directory's page -- */

  if (location.protocol === "file:") {
    form.action += form.action.endsWith("/") ? "index.html" : "";
    document.addEventListener("click", function (event) {
      var link = event.target.closest("a[href]");
      if (link && link.protocol === "file:" && link.pathname.endsWith("/")) link.pathname += "index.html";
    }, true);
  }

  window.peReady = true;
})();
