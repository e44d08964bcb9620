// Back and Forward bring a page without its focus: it returns to what had it when the page was left.
(() => {
  const left = new Map(); // by address, the id of what had the focus
  let comesBack = false;
  let address = location.href;

  const remember = () => {
    left.set(address, document.activeElement?.id ?? "");
  };

  document.addEventListener("htmx:before:request", remember);
  document.addEventListener("htmx:before:history:restore", () => {
    remember();
    comesBack = true;
  });
  document.addEventListener("htmx:after:swap", () => {
    address = location.href;
    if (!comesBack) return;
    comesBack = false;
    const id = left.get(address);
    if (id && document.activeElement === document.body) document.getElementById(id)?.focus({ preventScroll: true });
  });
})();
