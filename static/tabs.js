// Whether a page has something to show of two models may take a run. Its tab asks when the page has been there for a while.
(() => {
  const QUIET = 2000; // milliseconds without another page
  let timer = 0;

  const ask = async (tab) => {
    const address = tab.dataset.ask;
    const answer = await fetch(address).catch(() => null); // a server that is gone is told where it is missed
    if (!answer?.ok) return;
    const { nothing } = await answer.json();
    if (!nothing || tab.dataset.ask !== address) return;
    tab.classList.add("empty");
    tab.title = nothing;
  };

  const askAll = () => {
    for (const tab of document.querySelectorAll("[data-ask]:not(.empty)")) ask(tab);
  };

  const askSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(askAll, QUIET);
  };

  document.addEventListener("DOMContentLoaded", askSoon);
  document.addEventListener("htmx:after:swap", askSoon);
})();
