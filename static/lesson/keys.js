// The keys of a lecture: each presses a link that the page has, so that a mouse can do the same.
(() => {
  const link = (id) => document.getElementById(id);
  // Space goes on: it uncovers an answer, else leads to the next step, and after the last one to all lessons. While
  // something plays, play.js takes it.
  const pressed = {
    " ": () => link("uncover") ?? link("step-on") ?? link("step-end"),
    PageDown: () => link("step-on"),
    PageUp: () => link("step-back"),
    // The third button of most clickers sends one of these.
    b: () => link("uncover"),
    ".": () => link("uncover"),
    c: () => link("code-switch"),
    ArrowRight: () => link("next"),
    ArrowLeft: () => link("previous"),
    1: () => link("answer-1"),
    2: () => link("answer-2"),
    3: () => link("answer-3"),
    4: () => link("answer-4"),
  };
  const FIELDS = "input, select, textarea, [contenteditable]";
  const CONTROLS = "button, summary, a:focus-visible, [role=button], video, audio";

  // A key keeps its own meaning in a field; Space on whatever it would press, an arrow in what scrolls.
  const isTaken = ({ key, target }) =>
    target.closest(FIELDS) !== null ||
    (key === " " && target.closest(CONTROLS) !== null) ||
    (key.startsWith("Arrow") && target.closest("[tabindex]") !== null) ||
    dialog()?.open;

  const dialog = () => document.getElementById("keys");

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
    if (event.key === "?") {
      event.preventDefault();
      return dialog()?.showModal();
    }
    if (event.shiftKey) return;
    if (event.key === "g") {
      event.preventDefault(); // the letter is not typed into the field
      return document.dispatchEvent(new Event("rollcall:find"));
    }
    const to = pressed[event.key]?.();
    if (!to) return;
    event.preventDefault();
    if (!event.repeat) to.click();
  });
})();
