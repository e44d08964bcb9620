// What is open follows what is saved: a stream names the present version of the files, and a page of another one is
// asked for again and takes its own place. Focus, scroll, what is open and what is typed stay as they are. Only a page
// in view holds the stream: a browser has six connections to a server, for all of its tabs.
(() => {
  let stream = null;
  let inView = false; // a page in a frame may be scrolled away
  let saved = ""; // the version that the stream named last
  let awaited = false; // it is not shown yet
  let arriving = null; // the request for it
  const asked = new Set(); // other requests under way
  const page = () => document.getElementById("page");

  // What a reader did to the page, and that its HTML does not know.
  const kept = () => {
    const parts = [...page().querySelectorAll("*")];
    const open = parts.filter((part) => part.matches("details")).map((part) => [part, part.open]);
    const typed = parts.filter((part) => part.matches("input") && part.value !== part.defaultValue);
    const values = typed.map((part) => [part, part.value]);
    const scrolled = parts.filter((part) => part.scrollTop || part.scrollLeft);
    const places = scrolled.map((part) => [part, part.scrollTop, part.scrollLeft]);
    const pointed = parts.filter((part) => part.matches(".pointed"));
    const top = window.scrollY;
    return () => {
      for (const [part, wasOpen] of open) part.open = wasOpen;
      for (const [part, value] of values) part.value = value;
      for (const [part, y, x] of places) part.scrollTo(x, y);
      for (const part of pointed) part.classList.add("pointed");
      window.scrollTo(window.scrollX, top);
    };
  };

  const ask = async (address, signal) => {
    const headers = { "HX-Request": "true", "HX-Request-Type": "partial" };
    const text = await (await fetch(address, { headers, signal })).text();
    const isPage = text.includes('<div id="page"'); // a proxy may have answered
    if (signal.aborted || address !== location.href || !isPage) return;
    const restore = kept();
    await htmx.swap({ text, target: page(), sourceElement: page(), swap: "outerMorph" });
    restore();
  };

  const follow = async () => {
    if (!awaited || arriving || asked.size) return;
    if ("playing" in document.documentElement.dataset) return setTimeout(follow, 200);
    awaited = false;
    arriving = new AbortController();
    try {
      await ask(location.href, arriving.signal);
    } catch {
      // nobody answered, or a click was faster: the stream or the click brings the version
    }
    arriving = null;
    follow(); // once more, if it was saved meanwhile
  };

  const compare = () => {
    awaited = saved !== "" && saved !== page().dataset.version;
    follow();
  };

  const close = () => {
    stream?.close();
    stream = null;
  };

  const listen = () => {
    if (stream || !inView || document.visibilityState !== "visible") return;
    if (page().dataset.version === undefined) return; // nothing is watched
    stream = new EventSource("/saves");
    stream.addEventListener("saved", ({ lastEventId }) => {
      saved = lastEventId;
      compare();
    });
    stream.onerror = () => {
      if (stream?.readyState !== EventSource.CLOSED) return; // the browser asks again by itself
      close();
      setTimeout(listen, 1000);
    };
  };

  // Whatever a reader asks for comes first.
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    asked.add(ctx);
    arriving?.abort();
  });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    asked.delete(ctx);
    if (!asked.size) compare();
  });

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") listen();
    else close();
  });
  document.addEventListener("DOMContentLoaded", () => {
    new IntersectionObserver(([{ isIntersecting }]) => {
      inView = isIntersecting;
      if (inView) listen();
      else close();
    }).observe(document.documentElement);
  });
})();
