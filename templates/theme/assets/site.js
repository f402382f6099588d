/* Menu, colours and interactive charts; search is in search.js. Pages are complete without this file.
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

  /* -- What waits below the window (see pe.css) is laid out now that the page is seen, in parts: no task is long -- */

  var PART = 200; // elements
  var idle = window.requestIdleCallback || setTimeout;
  var waiting = Array.from(document.querySelectorAll([
    "> *", "> .pe-az > *", "> .pe-duties > *", "> ul > li", "> .pe-scroll > .pe-table--stack > tbody > tr"
  ].map(function (inside) { return ".pe-soon .pe-main " + inside; }) + ", .pe-soon .pe-footer"));

  /* The height of what is too much for one task, in rem, and rather more: it waits for its reader. */
  function estimate(block) {
    if (block.matches(".pe-chart")) return 45;
    if (block.matches(".pe-multiples")) return (wide.matches ? 6 : 15) * block.children.length;
    return 2 * block.querySelectorAll(block.querySelector(".pe-table--stack") && !wide.matches ? "th, td" : "tr").length;
  }

  function readyPart() {
    for (var count = 0; waiting.length && count < PART;) {
      var block = waiting.shift();
      var size = block.contains(waiting[0]) ? 1 : 1 + block.getElementsByTagName("*").length;
      if (size > PART && block.matches(".pe-scroll, .pe-multiples, .pe-chart")) {
        block.style.containIntrinsicBlockSize = "auto " + estimate(block) + "rem";
      } else {
        block.classList.add("pe-ready");
        count += size;
      }
    }
    if (waiting.length) requestAnimationFrame(function () { idle(readyPart); });
  }
  idle(readyPart);

  /* Whoever jumps to a place in the page has all before it laid out, at its full height (see pe.css). */
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[href*='#']");
    if (link && link.pathname === location.pathname) root.classList.remove("pe-soon");
  }, true);

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

  /* -- Search: its script and its index come when a reader turns to the box, or opens the search page -- */

  var input = byId("pe-query");
  var form = input.form;
  window.peShared = { config: config, make: make, load: load };
  function loadSearch() {
    load(config.search).catch(function () {
      /* Without it the form still leads to the list of everything. */
    });
  }
  input.addEventListener("focus", loadSearch, { once: true });
  if (byId("pe-search-results") || document.activeElement === input) loadSearch();

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
