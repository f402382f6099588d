/* Buttons that copy a link, a citation or the code of a frame. Without this file the texts are there to be selected. */
(function () {
  "use strict";

  var words = JSON.parse(document.getElementById("pe-config").textContent).words;

  /* The whole address of a link; of a frame's code without an address of the site, the one of this copy. */
  function textOf(element) {
    if (element.href) return element.href;
    return element.textContent.replace(/src="((?:figures|tables)\/[^"]+)"/, function (found, address) {
      var base = JSON.parse(document.getElementById("pe-config").textContent).base;
      return 'src="' + new URL(base + "/" + address, document.baseURI).href + '"';
    });
  }

  /* Where the page may not write to the clipboard, the text is selected for the reader to copy. */
  function select(element) {
    var range = document.createRange();
    range.selectNodeContents(element);
    var selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  function copy(element, state) {
    var done = navigator.clipboard ? navigator.clipboard.writeText(textOf(element)) : Promise.reject();
    done.then(function () {
      state.textContent = words.copied;
    }, function () {
      select(element);
      state.textContent = words.copy_error;
    });
  }

  /* Made when a reader opens the box: most never do. */
  document.addEventListener("toggle", function (event) {
    var box = event.target;
    if (!box.open || !box.classList.contains("pe-use") || box.querySelector("button")) return;
    box.querySelectorAll("[data-copy]").forEach(function (element) {
      var button = document.createElement("button");
      var state = document.createElement("span");
      button.type = "button";
      button.className = "pe-button";
      button.textContent = words.copy;
      state.setAttribute("role", "status");
      button.addEventListener("click", function () {
        copy(element, state);
      });
      element.after(" ", button, " ", state);
    });
  }, true);
})();
