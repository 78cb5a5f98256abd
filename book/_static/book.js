// What a page of the book does beyond being read: copy code, take the answer of a quiz, open what a link points into.

(() => {
  const make = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
    node.append(...children);
    return node;
  };

  function copyButtons() {
    for (const block of document.querySelectorAll("div.highlight")) {
      if (block.closest(".cell_output, dl.py")) continue;
      const button = make("button", { type: "button", class: "copy-code" }, "Copy");
      button.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(block.querySelector("pre").textContent.trimEnd());
          button.textContent = "Copied";
        } catch {
          button.textContent = "Press Ctrl+C";
          getSelection().selectAllChildren(block.querySelector("pre"));
        }
        setTimeout(() => (button.textContent = "Copy"), 2000);
      });
      block.classList.add("has-copy");
      block.append(button);
    }
  }

  // ---- choices and numbers, answered in the page ----

  const close = (x, y, quiz) => Math.abs(x - y) <= quiz.atol * Math.max(1, Math.abs(y)) + quiz.rtol * Math.abs(y);

  function verdict(quiz, said) {
    const equal = (x, y) => (quiz.kind === "choice" ? x === y : close(Number(x), y, quiz));
    if (equal(said, quiz.answer)) return [true, "Right."];
    const known = quiz.mistakes.find((m) => equal(said, m.wrong));
    return [false, known ? known.says : "Not yet. Try again, or take a hint."];
  }

  function takeQuiz(box, index) {
    const quiz = JSON.parse(box.querySelector("script").textContent);
    const said = make("p", { class: "quiz-said", role: "status" });
    const tell = (value) => {
      const [right, words] = verdict(quiz, value);
      said.className = `quiz-said ${right ? "quiz-right" : "quiz-wrong"}`;
      said.innerHTML = `<strong>${right ? "✓" : "✗"}</strong> ${words}`;
      window.MathJax?.typesetPromise?.([said]);
    };
    if (quiz.kind === "choice") choices(box, quiz, tell, index);
    else number(box, quiz, tell, index);
    box.append(said);
  }

  function choices(box, quiz, tell, index) {
    const items = [...box.parentElement.querySelectorAll(".exercise-task > ul:last-of-type > li")];
    if (items.length !== quiz.letters.length) return;
    const list = items[0].parentElement;
    list.classList.add("quiz-choices");
    list.setAttribute("role", "radiogroup");
    list.setAttribute("aria-label", `Answers to exercise ${quiz.id}`);
    items.forEach((item, i) => {
      const input = make("input", { type: "radio", name: `quiz-${index}`, value: quiz.letters[i] });
      input.addEventListener("change", () => tell(quiz.letters[i]));
      const label = make("label", {}, input, make("span", {}));
      label.lastChild.append(...item.childNodes);
      item.append(label);
      item.setAttribute("role", "presentation");
    });
  }

  function number(box, quiz, tell, index) {
    const input = make("input", { id: `quiz-${index}`, type: "text", inputmode: "decimal", autocomplete: "off", size: "12" });
    const form = make("form", { class: "quiz-number" }, make("label", { for: `quiz-${index}` }, "Your answer"), input);
    form.append(make("button", { type: "submit" }, "Check"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = input.value.trim().replace("−", "-").replace(",", ".");
      if (text !== "" && Number.isFinite(Number(text))) tell(text);
      else box.querySelector(".quiz-said").textContent = "A number is expected here, such as 0.25 or 9.5e-7.";
    });
    box.append(form);
  }

  function equationLinks() { // each numbered equation gets the address of itself
    for (const equation of document.querySelectorAll("div.math[id^=eq-]")) {
      const number = equation.id.slice(3).replace("-", ".");
      equation.append(make("a", { class: "equation-link", href: `#${equation.id}`, "aria-label": `Link to equation ${number}` }, "#"));
    }
  }

  function fitFormulas() { // a formula that is a little too wide is set a little smaller; one that is much too wide scrolls
    for (const box of document.querySelectorAll(".bd-article mjx-container[display]")) {
      box.style.fontSize = "";
      for (let size = 100, more = 3; more && size > 75 && box.scrollWidth > box.clientWidth; more--) { // its number does not shrink alike
        size = Math.max(75, Math.floor((0.98 * size * box.clientWidth) / box.scrollWidth));
        box.style.fontSize = `${size}%`;
      }
    }
  }

  function reachable() { // what scrolls sideways can be reached by keyboard, and every switch in the contents has a name
    fitFormulas();
    const wide = document.querySelectorAll(".bd-article :is(.pst-scrollable-table-container, pre, mjx-container[display])");
    for (const box of wide) if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    for (const summary of document.querySelectorAll(".bd-sidebar-primary summary")) {
      const name = summary.closest("li")?.querySelector("a")?.textContent.trim();
      summary.setAttribute("aria-label", `Pages of ${name}`);
    }
  }

  function openTarget() { // a link into something folded opens it
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  }

  document.addEventListener("DOMContentLoaded", () => {
    copyButtons();
    equationLinks();
    document.querySelectorAll(".quiz").forEach(takeQuiz);
    reachable();
    openTarget();
  });
  addEventListener("load", () => window.MathJax?.startup?.promise.then(reachable));
  addEventListener("resize", reachable);
  addEventListener("hashchange", openTarget);
})();
