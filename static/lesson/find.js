// The page of lessons, narrowed down by typing: a number, or words of a title. Enter opens the first that is left.
(() => {
  const FIND = "#find-lesson";
  const field = () => document.getElementById("find-lesson");
  let wanted = false; // the field gets the focus when its page is there

  const shown = (entry, words) => {
    const text = entry.textContent.toLowerCase();
    return words.every((word) => text.includes(word));
  };

  const narrow = ({ target }) => {
    if (target.id !== "find-lesson") return;
    const words = target.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const chapter of document.querySelectorAll(".chapter")) {
      const entries = [...chapter.querySelectorAll(".lessons > li")];
      for (const entry of entries) entry.hidden = !shown(entry, words);
      chapter.hidden = entries.every((entry) => entry.hidden);
    }
  };

  // "7.2" is a step, and "7" a lesson; else the first that has these words.
  const target = (typed) => {
    const links = [...document.querySelectorAll(".lessons li:not([hidden]) a")];
    const number = (link) => (link.querySelector(".number") ?? link).textContent.trim();
    return links.find((link) => number(link) === typed) ?? links[0];
  };

  const open = (event) => {
    if (event.target.id !== "find-lesson" || event.key !== "Enter") return;
    event.preventDefault();
    target(event.target.value.trim())?.click();
  };

  const focus = () => {
    if (!wanted || !field()) return;
    wanted = false;
    field().focus();
  };

  document.addEventListener("input", narrow);
  document.addEventListener("keydown", open);
  document.addEventListener("htmx:after:swap", focus);
  // keys.js asks for it; on another page the link to the lessons is pressed first. Until htmx has begun, the browser
  // itself follows that link: then its address says what is wanted.
  document.addEventListener("rollcall:find", () => {
    wanted = true;
    if (field()) return focus();
    const lessons = document.getElementById("lessons");
    if (!lessons?.hasAttribute("data-htmx-powered")) lessons.hash = FIND;
    lessons.click();
  });

  wanted = location.hash === FIND;
  focus();
})();
