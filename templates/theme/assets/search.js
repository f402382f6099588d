/* Search: one box, every language from every other, by number, name, pinyin or words; filters on the search page.
   site.js loads this file when it is needed. Nothing here writes HTML: text goes into the page as text nodes only. */
(function () {
  "use strict";

  var config = window.peShared.config;
  var make = window.peShared.make;
  var load = window.peShared.load;
  var words = config.words;

  var HAN = "\\p{Script=Han}";
  var TOKENS = new RegExp(HAN + "+|\\d+(?:\\.\\d+)*|(?:(?!" + HAN + ")[\\p{L}\\p{M}&'’])+", "gu");
  var SHOWN = 20;
  var SHOWN_ON_PAGE = 100;
  var SHOWN_OF_PARTS = 40;
  var WEIGHTS = { t: 40, n: 30, k: 15, v: 5, x: 10, z: 8 };
  var OWN_NAMES = /^(areas|organisations|term)$/;
  var data = null;
  var entries = null;
  var parts = {};

  /* The index file calls this: {entries: [...], facets, numbers}; a large one {total, parts, block, facets, numbers}. */
  window.peSearch = function (given) {
    data = given;
    entries = given.entries && given.entries.map(function (entry) {
      var folded = {};
      Object.keys(WEIGHTS).forEach(function (field) {
        folded[field] = fold([].concat(entry[field] || "").join(" "));
      });
      return { shown: entry, folded: folded };
    });
  };
  window.peSearchPart = function (name, given) {
    parts[name] = given;
  };

  /* One spelling for wide and narrow, great and small letters. */
  function fold(text) {
    return text.normalize("NFKC").toLowerCase();
  }

  function isHan(text) {
    return /^\p{Script=Han}/u.test(text);
  }

  /* What finds a term: Chinese anywhere (石家庄市 as 石家庄), words from their start, numbers whole
     (long ones from their start, since they are still being typed; 08 is 8).
     The first group is what stands before the match. */
  function pattern(term) {
    if (isHan(term)) return "()(" + term.replace(/(..)[市省县区]$/, "$1") + ")";
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
    /* Tasks carry the names of those who lead them: asked for by name, a body or place comes before its tasks. */
    if (OWN_NAMES.test(entry.shown.f) && (" " + entry.folded.n + " ").includes(" " + query + " ")) sum += 60;
    return sum + (title === query ? 80 : title.startsWith(query) ? 40 : title.includes(query) ? 20 : 0);
  }

  function rank(query, wanted, share) {
    var whole = fold(query).trim();
    if (!wanted.length) return [];
    return sorted(entries.map(function (entry) {
      return { entry: entry.shown, score: score(entry, wanted, whole, share) };
    }));
  }

  function sorted(hits) {
    return hits.filter(function (hit) { return hit.score > 0; }).sort(function (a, b) { return b.score - a.score; });
  }

  /* A whole sentence: words that stand nowhere are passed over, rare ones count most. */
  function rankSentence(wanted) {
    var known = wanted.map(function (term) {
      var found = entries.map(function (entry) {
        var best = 0;
        for (var field in WEIGHTS) {
          if (WEIGHTS[field] > best && term.finds.test(entry.folded[field])) best = WEIGHTS[field];
        }
        return best;
      });
      var count = found.filter(Boolean).length;
      return { found: found, worth: count ? Math.log(1 + entries.length / count) : 0 };
    }).filter(function (term) { return term.worth > 0; });
    return sorted(entries.map(function (entry, place) {
      var matched = known.filter(function (term) { return term.found[place]; });
      var sum = matched.reduce(function (total, term) { return total + term.found[place] * term.worth; }, 0);
      return { entry: entry.shown, score: matched.length >= Math.min(2, known.length) ? sum : 0 };
    })).slice(0, 50);
  }

  /* -- Numbers: "task 8", "任务8", "第八项", "8" -- */

  function digits(text) {
    if (/^\d+$/.test(text)) return String(Number(text));
    var parts = /^([一二三四五六七八九]?)(十?)([一二三四五六七八九]?)$/.exec(text);
    if (!parts) return "";
    var signs = " 一二三四五六七八九";
    var tens = parts[2] ? (parts[1] ? signs.indexOf(parts[1]) : 1) : 0;
    var ones = parts[2] ? signs.indexOf(parts[3] || " ") : signs.indexOf(parts[1] || parts[3]);
    return String(tens * 10 + ones);
  }

  /* {number, kinds}: what a query such as "第八项任务" asks for; null when it is no such query. */
  function numbered(query) {
    var text = fold(query).replace(/\s+/g, "");
    var kinds = Object.keys(data.numbers || {});
    var named = kinds.filter(function (kind) {
      return data.numbers[kind].some(function (word) {
        var has = text.indexOf(word) >= 0;
        if (has) text = text.replace(word, "");
        return has;
      });
    });
    var match = /^(?:no\.?|第)?(\d{1,4}|[一二三四五六七八九十]{1,3})(?:项|条|个|号)?$/.exec(text);
    var number = match && digits(match[1]);
    return number && number !== "0" ? { number: number, kinds: named.length ? named : kinds } : null;
  }

  function byNumber(query) {
    var asked = numbered(query);
    if (!asked) return [];
    return entries.filter(function (one) {
      return one.shown.i === asked.number && asked.kinds.indexOf(one.shown.f) >= 0;
    }).map(function (one) {
      return { entry: one.shown, score: 1000 - asked.kinds.indexOf(one.shown.f) };
    }).sort(function (a, b) { return b.score - a.score; });
  }

  /* {hits, wanted}: as typed; else with the spaces closed up (pinyin); else by pairs of Chinese characters, all of
     them, then most (names are often shortened by leaving out a middle part); else as a sentence. */
  function find(query) {
    var tries = [[query, 1], [query.replace(/\s+/g, ""), 1], [pairs(query), 1], [pairs(query), 0.6]];
    var first = byNumber(query);
    var found = { hits: [], wanted: [] };
    for (var i = 0; i < tries.length && !found.hits.length; i++) {
      var wanted = terms(tries[i][0]);
      found = { hits: rank(tries[i][0], wanted, tries[i][1]), wanted: wanted };
    }
    if (!found.hits.length && !first.length) found.hits = rankSentence(found.wanted);
    var known = first.map(function (hit) { return hit.entry; });
    found.hits = first.concat(found.hits.filter(function (hit) { return known.indexOf(hit.entry) < 0; }));
    return found;
  }

  function fits(entry, narrow) {
    return Object.keys(narrow).every(function (key) {
      return (entry[key] || "").split(" ").indexOf(narrow[key]) >= 0;
    });
  }

  /* -- A large index: tokens in parts, entries in blocks; a query loads only what its words can stand in -- */

  function part(name) {
    if (parts[name]) return Promise.resolve(parts[name]);
    return load(config.index.replace(/search-index\.js$/, "search/" + name + ".js")).then(function () {
      return parts[name];
    });
  }

  function partOf(token) {
    var signs = Array.from(token);
    var head = token.indexOf(":") >= 0 ? signs : signs.slice(0, isHan(token) ? 1 : 2);
    return head.reduce(function (value, sign) {
      return (value * 31 + sign.codePointAt(0)) % 65521;
    }, 0) % data.parts;
  }

  function numbers(text) {
    var at = 0;
    return text ? text.split(".").map(function (step) {
      at += parseInt(step, 36);
      return at;
    }) : [];
  }

  /* Which entries a token finds, as {entry: weight}; a prefix finds what begins with it. */
  function lookUp(token, prefix) {
    return part("t" + partOf(token)).then(function (known) {
      var found = {};
      Object.keys(known).forEach(function (name) {
        if (name !== token && !(prefix && name.startsWith(token))) return;
        var lists = known[name].split("|");
        numbers(lists[1]).forEach(function (id) { found[id] = Math.max(found[id] || 0, WEIGHTS.x); });
        numbers(lists[0]).forEach(function (id) {
          found[id] = Math.max(found[id] || 0, name === token ? WEIGHTS.t : WEIGHTS.n);
        });
      });
      return found;
    });
  }

  function tokens(query) {
    var found = [];
    terms(query).forEach(function (term) {
      var signs = Array.from(term.text);
      if (isHan(term.text) && signs.length > 1) {
        signs.slice(1).forEach(function (sign, i) { found.push([signs[i] + sign, false]); });
      } else if (isHan(term.text)) found.push([term.text, true]);
      else if (/^\d/.test(term.text)) found.push([term.text.replace(/^0+(?=\d)/, ""), false]);
      else if (signs.length > 1) found.push([term.text.length > 3 ? term.text.replace(/([^s])s$/, "$1") : term.text, true]);
    });
    return found;
  }

  /* Ids by score: entries that every token finds, else those that most find. Tokens that find nothing do not count. */
  function together(maps) {
    var known = maps.filter(function (map) { return Object.keys(map).length; });
    var scores = {};
    var counts = {};
    known.forEach(function (map) {
      var ids = Object.keys(map);
      var worth = Math.log(1 + data.total / ids.length);
      ids.forEach(function (id) {
        scores[id] = (scores[id] || 0) + map[id] * worth;
        counts[id] = (counts[id] || 0) + 1;
      });
    });
    var ids = Object.keys(scores);
    var all = ids.filter(function (id) { return counts[id] === known.length; });
    var most = ids.filter(function (id) { return counts[id] >= known.length * 0.6; });
    return (all.length ? all : most).sort(function (a, b) { return scores[b] - scores[a] || a - b; });
  }

  function findInParts(query, narrow, most) {
    var asked = numbered(query);
    var joined = query.replace(/\s+/g, "");
    function look(list) {
      return Promise.all(list.map(function (token) { return lookUp(token[0], token[1]); }));
    }
    return Promise.all([
      look(tokens(query)).then(together),
      asked ? look([["i:" + asked.number, false]]).then(together) : [],
      look(Object.keys(narrow).map(function (key) { return [key + ":" + narrow[key], false]; }))
    ]).then(function (found) {
      if (found[0].length || joined === query) return found;
      return look(tokens(joined)).then(together).then(function (ids) { return [ids, found[1], found[2]]; });
    }).then(function (found) {
      var ids = found[1].concat(found[0]);
      if (!query.trim() && found[2].length) ids = Object.keys(found[2][0]);
      ids = ids.filter(function (id, place) {
        return ids.indexOf(id) === place && found[2].every(function (map) { return map[id]; });
      });
      var shown = ids.slice(0, most);
      return Promise.all(shown.map(function (id) { return part("b" + Math.floor(id / data.block)); })).then(function (blocks) {
        var hits = blocks.map(function (block, place) { return { entry: block[shown[place] % data.block] }; });
        return { hits: hits, total: ids.length, wanted: terms(query) };
      });
    });
  }

  /* {hits, total, wanted}, as a promise, from either kind of index. `narrow` holds the facets that are set. */
  function ask(query, narrow, most) {
    if (!entries) return findInParts(query, narrow, Math.min(most, SHOWN_OF_PARTS));
    var found = query.trim() ? find(query) : { wanted: [], hits: entries.map(function (one) { return { entry: one.shown }; }) };
    var hits = found.hits.filter(function (hit) { return fits(hit.entry, narrow); });
    return Promise.resolve({ hits: hits.slice(0, most), total: hits.length, wanted: found.wanted });
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

  function summary(total, shown) {
    if (!total) return words.search_none;
    if (total === 1) return words.search_one;
    var text = total > shown ? words.search_more : words.search_many;
    return text.replace("{n}", total).replace("{max}", shown);
  }

  function describe(hit, wanted) {
    var entry = hit.entry;
    var meta = [entry.k, entry.v].filter(Boolean).join(" · ");
    var elsewhere = entry.z && !spans(entry.t + " " + (entry.x || ""), wanted).length && spans(entry.z, wanted).length;
    var text = elsewhere ? entry.z : entry.x;
    return {
      title: make("span", "pe-result__title", marked(entry.t, wanted)),
      meta: meta && make("span", "pe-result__meta", [meta]),
      text: text && make("span", "pe-result__text", marked(excerpt(text, wanted), wanted))
    };
  }

  var input = document.getElementById("pe-query");
  var form = input.form;
  var list = make("div", "pe-results__list");
  var note = make("p", "pe-results__note");
  var all = make("a", "pe-results__all", [words.search_all]);
  var box = make("div", "pe-results", [note, list, all]);
  var chosen = -1;

  list.id = "pe-results";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.search_label);
  note.setAttribute("role", "status");
  all.href = form.action;
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

  var asking = 0;
  function suggest() {
    var query = input.value.trim();
    choose(-1);
    if (!query) return close();
    box.hidden = false;
    if (!data) {
      note.textContent = words.search_loading;
      return loadIndex();
    }
    var turn = ++asking;
    return ask(query, {}, SHOWN).then(function (found) {
      if (turn !== asking) return;
      var options = found.hits.map(function (hit, index) {
        return option(hit, index, found.wanted);
      });
      list.replaceChildren.apply(list, options);
      list.hidden = !options.length;
      note.textContent = summary(found.total, found.hits.length);
      all.hidden = !options.length;
      all.href = form.action + "?q=" + encodeURIComponent(query);
      input.setAttribute("aria-expanded", String(options.length > 0));
    }, failed);
  }

  function failed() {
    box.hidden = !input.value.trim();
    note.textContent = words.search_error;
  }

  function loadIndex() {
    return load(config.index).then(function () {
      if (document.activeElement === input) suggest();
    }, failed);
  }

  input.addEventListener("focus", function () {
    if (!data) loadIndex();
  });
  input.addEventListener("input", suggest);
  if (document.activeElement === input) suggest();
  if (document.activeElement === input && !data) loadIndex();
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

  /* -- The search page: results of ?q=, narrowed by #f=tasks&c=xingtai; both are kept in the address -- */

  var place = document.getElementById("pe-search-results");

  function field(title, control) {
    return make("label", "", [title + " ", control]);
  }

  function chooser(facet) {
    var select = make("select", "", [make("option", "", [words.search_any])].concat(facet.choices.map(function (choice) {
      var one = make("option", "", [choice[1]]);
      one.value = choice[0];
      return one;
    })));
    select.options[0].value = "";
    select.name = facet.key;
    return select;
  }

  function searchPage() {
    var text = make("input");
    text.type = "search";
    text.name = "q";
    text.spellcheck = false;
    var selects = data.facets.map(chooser);
    var fields = make("div", "pe-filter__fields", [field(words.search, text)].concat(selects.map(function (select, i) {
      return field(data.facets[i].title, select);
    })));
    var page = make("form", "pe-filter", [fields]);
    var count = make("p", "pe-filter__state");
    var found = make("ol", "pe-found");
    var turn = 0;
    page.action = form.action;
    count.setAttribute("role", "status");
    page.append(count);
    place.replaceChildren(page, found);

    function narrow() {
      var set = {};
      selects.forEach(function (select) { if (select.value) set[select.name] = select.value; });
      return set;
    }

    function keep() {
      var query = text.value.trim();
      var hash = new URLSearchParams(narrow()).toString();
      try {
        history.replaceState(null, "", location.pathname + (query ? "?q=" + encodeURIComponent(query) : "") + (hash ? "#" + hash : ""));
      } catch (error) {
        /* Some browsers forbid this for files opened from a folder: the form still works. */
      }
    }

    function show() {
      var now = ++turn;
      var set = narrow();
      var nothing = !text.value.trim() && !Object.keys(set).length;
      found.hidden = nothing;
      if (nothing) return void (count.textContent = "");
      ask(text.value, set, SHOWN_ON_PAGE).then(function (answer) {
        if (now !== turn) return;
        count.textContent = summary(answer.total, answer.hits.length);
        found.replaceChildren.apply(found, answer.hits.map(function (hit) {
          var shown = describe(hit, answer.wanted);
          var link = make("a", "", [shown.title]);
          link.href = address(hit.entry);
          return make("li", "", [link, shown.meta, shown.text]);
        }));
      }, function () { count.textContent = words.search_error; });
    }

    function restore() {
      var set = new URLSearchParams(location.hash.slice(1));
      text.value = new URLSearchParams(location.search).get("q") || text.value;
      selects.forEach(function (select) {
        select.value = set.get(select.name) || "";
        if (select.selectedIndex < 0) select.value = "";
      });
      show();
    }

    function update() {
      show();
      keep();
    }

    page.addEventListener("submit", function (event) {
      event.preventDefault();
      update();
    });
    page.addEventListener("input", update);
    window.addEventListener("hashchange", restore);
    restore();
  }

  if (place) {
    load(config.index).then(searchPage, function () {
      place.textContent = words.search_error;
    });
  }
})();
