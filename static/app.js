// Pointing at a path, with the mouse or the keyboard, marks it everywhere in its column, and in the code of its side.
(() => {
  const within = (path, outer) =>
    path === outer || (outer !== "" && (path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`)));

  // A page that moves under a mouse at rest is not pointed at.
  let rest = "";
  const hover = (event) => {
    const place = `${event.screenX} ${event.screenY}`;
    if (place === rest) return;
    rest = place;
    point(event);
  };

  const point = ({ target }) => {
    document.querySelectorAll(".pointed").forEach((element) => element.classList.remove("pointed"));
    const source = target.closest?.("[data-path], [data-paths]");
    if (!source) return document.dispatchEvent(new Event("rollcall:unpointed"));
    const outer = source.dataset.path === undefined ? source.dataset.paths.split(" ") : [source.dataset.path];
    const column = source.closest(".subject");
    const { side } = column.dataset;
    const columns = side ? document.querySelectorAll(`[data-side="${side}"]`) : [column];
    for (const element of [...columns].flatMap((each) => [...each.querySelectorAll("[data-path], [data-paths]")])) {
      const paths = element.dataset.path === undefined ? element.dataset.paths.split(" ") : [element.dataset.path];
      const met = paths.some((path) => outer.some((each) => within(path, each)));
      element.classList.toggle("pointed", met);
    }
  };

  document.addEventListener("mouseover", hover);
  document.addEventListener("focusin", point);

  // A link on paper is one that can be typed.
  window.addEventListener("beforeprint", () => {
    for (const address of document.querySelectorAll(".address")) address.textContent = location.href;
  });

  // On a narrow screen the tab of the page is scrolled into view.
  const showTab = () => {
    const tab = document.querySelector(".masthead [aria-current]");
    const nav = tab?.parentElement;
    if (nav) nav.scrollLeft = tab.offsetLeft - nav.offsetLeft - (nav.clientWidth - tab.clientWidth) / 2;
  };
  document.addEventListener("DOMContentLoaded", showTab);
  document.addEventListener("htmx:after:swap", showTab);

  // A page that takes the place of another brings its choices along: a <select> goes on with what was chosen before,
  // whatever its options say.
  const choose = ({ detail }) => {
    for (const option of detail.ctx.target?.querySelectorAll("option[selected]") ?? []) option.selected = true;
  };
  document.addEventListener("htmx:after:swap", choose);

  // A server that is gone must not look like a button that does nothing.
  const busy = (text) => {
    document.getElementById("busy").textContent = text;
  };
  document.addEventListener("htmx:error", () => busy("The server did not answer. Is it still running?"));
  document.addEventListener("htmx:after:swap", () => busy(""));
})();
