// Runs before the first paint: a remembered choice of colours must not flash in another.
(() => {
  const root = document.documentElement;

  const remembered = () => {
    try {
      return localStorage.getItem("theme") ?? "auto";
    } catch {
      return "auto"; // storage may be forbidden
    }
  };

  const show = (theme) => {
    root.dataset.theme = theme;
    const control = document.getElementById("theme");
    if (control) control.value = theme;
  };

  show(remembered());
  document.addEventListener("DOMContentLoaded", () => show(remembered()));
  document.addEventListener("htmx:after:swap", () => show(remembered()));
  document.addEventListener("change", ({ target }) => {
    if (target.id !== "theme") return;
    try {
      localStorage.setItem("theme", target.value);
    } catch {
      // then it lasts as long as the page
    }
    show(target.value);
  });
})();
