/* The breakdowns of an indicator: a reader chooses one, and the choice stands in the address as ?by=.
   Without this file all are shown, and each link leads to its own. */
(function () {
  "use strict";

  var links = Array.from(document.querySelectorAll(".pe-choice a"));

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
  }

  links.forEach(function (link) {
    link.addEventListener("click", function (event) {
      var address = new URL(location.href);
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
