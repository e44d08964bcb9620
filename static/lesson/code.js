// "line 73", wherever it stands, opens the code there.
(() => {
  // Id of a line that is shown when the code is there; a file has it in its address.
  let awaited = /^#(left|right)-L\d+$/.test(location.hash) ? location.hash.slice(1) : "";

  const show = (id) => {
    const line = document.getElementById(id);
    if (!line) return false;
    document.querySelectorAll(".line.pointed").forEach((each) => each.classList.remove("pointed"));
    line.classList.add("pointed");
    line.scrollIntoView({ block: "center" });
    return true;
  };

  const open = ({ target }) => {
    const named = target.closest?.("[data-source-line]");
    const side = named?.closest("section.subject")?.id;
    if (!side) return false;
    const id = `${side}-L${named.dataset.sourceLine}`;
    if (show(id)) return true;
    const control = document.getElementById("code-switch");
    if (!control || control.hasAttribute("aria-current")) return false;
    awaited = id;
    if (!window.htmx) control.hash = id; // without a server the page with the code is another file
    control.click();
    return true;
  };

  // The code opens with the first line that hides something in view, where there is one.
  const unfold = () => {
    if (awaited && show(awaited)) awaited = "";
    for (const column of document.querySelectorAll(".drawer .subject")) {
      const line = column.querySelector(".line.pointed, .line.hides");
      if (!line) continue;
      const top = line.offsetTop - column.offsetTop - column.scrollTop;
      const isSeen = top >= 0 && top + line.offsetHeight <= column.clientHeight;
      if (!isSeen) column.scrollTop += top - column.clientHeight / 3;
    }
  };

  // What a step is about is pointed at when its page opens, and again when nothing else is.
  const mark = () => {
    const path = document.querySelector(".strip")?.dataset.focus;
    if (!path) return [];
    const name = CSS.escape(path);
    const met = document.querySelectorAll(`#report :is([data-path="${name}"], [data-line="${name}"])`);
    met.forEach((element) => element.classList.add("pointed"));
    return met;
  };
  // It is scrolled to once; a frame of a play leaves the page where one has scrolled it. Of a loop this is its guilty line,
  // or the last one that its twin adds where no line did it. On a phone, where the step and its question would be scrolled
  // away, the page stays at its top.
  const ofLoop = () =>
    document.querySelector("#left .line.guilty") ?? [...document.querySelectorAll("#right .line.mended")].at(-1);
  let seen = "";
  const focus = () => {
    const strip = document.querySelector(".strip");
    const [met = strip && ofLoop()] = mark();
    const shown = `${strip?.querySelector(".number")?.textContent} ${document.getElementById("report")?.className}`;
    const stays = strip && getComputedStyle(strip).position === "sticky";
    if (shown !== seen && stays) met?.scrollIntoView({ block: "nearest" });
    seen = shown;
  };

  document.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && open(event)) event.preventDefault();
  });
  document.addEventListener("DOMContentLoaded", unfold);
  document.addEventListener("DOMContentLoaded", focus);
  document.addEventListener("rollcall:unpointed", mark);
  document.addEventListener("htmx:after:swap", unfold);
  document.addEventListener("htmx:after:swap", focus);
})();
