// Plays an experiment: every frame of the stream takes the place of the report. What is changed meanwhile acts on the
// frame in view, and the play goes on from there. Without this, Play is a plain link to the frame in view.
(() => {
  let stream = null;
  let goesOn = false; // the stream is closed, and the page that was asked for is played on when it is there
  let parting = ""; // why the play broke off, to be said when the page of the frame in view is there
  let shown = Promise.resolve();
  const asked = new Set(); // requests under way
  const element = (id) => document.getElementById(id);
  const playing = () => stream !== null || goesOn;

  const close = () => {
    stream?.close();
    stream = null;
  };

  const stop = () => {
    if (!playing()) return;
    close();
    goesOn = false;
    const leaving = document.activeElement === element("pause");
    delete document.documentElement.dataset.playing;
    if (leaving) element("play").focus({ preventScroll: true });
  };

  // The links of the toolbar and the footer were made for the frame that the play began with. The field `frame` comes
  // with every frame: it names the parameter, and belongs to the toolbar's form.
  const follow = () => {
    const { name, value } = element("frame");
    for (const link of document.querySelectorAll("#toolbar a, footer a")) {
      const url = new URL(link.href);
      if (!url.searchParams.has(name)) continue;
      url.searchParams.set(name, value);
      link.href = url.href;
    }
  };

  const show = ({ data }) => {
    const mine = stream;
    shown = shown.then(async () => {
      if (mine !== stream) return;
      const target = element("report");
      await htmx.swap({ text: data, target, sourceElement: target, swap: "outerMorph" });
      follow();
    });
  };

  // The end leads to the plain page of the frame that is shown, as Pause does. So does a stream that breaks off.
  const finish = (why) => {
    const mine = stream;
    shown = shown.then(() => {
      if (mine !== stream || !mine) return;
      stop();
      parting = why;
      if (why || element("pause").href !== location.href) element("pause").click();
    });
  };

  document.addEventListener("rollcall:saved", () => finish("The play stopped: a lecture file was saved."));

  const play = (link) => {
    close();
    goesOn = false;
    stream = new EventSource(link.dataset.stream);
    stream.onmessage = show;
    stream.addEventListener("done", () => finish(""));
    stream.addEventListener("broken", ({ data }) => finish(data));
    stream.onerror = () => {
      stream?.close(); // it would begin again
      finish("The play broke off.");
    };
    document.documentElement.dataset.playing = "";
  };

  const goOn = () => {
    const link = element("play");
    if (!link || "ended" in link.dataset) return stop();
    play(link);
    // A link that was pressed with the mouse has no use for the focus; on Pause, Space finds it.
    if (document.activeElement.matches("a:not(:focus-visible)")) element("pause").focus({ preventScroll: true });
  };

  document.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest("a[data-stream], #pause");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      if (link.id === "pause" && !goesOn) return; // a plain link to the frame in view
      event.preventDefault();
      event.stopPropagation(); // htmx would follow the link
      if (link.id === "pause") return stop(); // the page that is on its way is shown, and not played
      play(link);
      element("pause").focus({ preventScroll: true });
    },
    true,
  );

  // Space pauses, unless what has the focus may want it for itself.
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || !playing() || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const own = event.target.closest("a, button, input, select, textarea, summary, [contenteditable]");
    if (own && own !== element("pause")) return;
    event.preventDefault();
    if (!event.repeat) element("pause").click();
  });

  // Whatever is asked for meanwhile ends the stream. A control of the same page is followed by the next one. Back leads
  // to the frame that was in view, except where Back, which asks for the whole body, is what ended it.
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    asked.add(ctx);
    if (!playing()) return;
    const source = ctx.sourceElement;
    const frame = element("pause").href;
    const isControl = source !== document.body && !source.closest(".player");
    const staysHere = new URL(ctx.request.action, location.href).pathname === location.pathname;
    if (source !== document.body && source.id !== "pause" && frame !== location.href) {
      history.pushState({ htmx: true }, "", frame);
    }
    if (!isControl || !staysHere) return stop();
    close();
    goesOn = true;
  });

  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    asked.delete(ctx);
    const arrived = ctx.status === "swapped";
    if (arrived && parting) element("busy").textContent = parting;
    parting = "";
    if (!goesOn || asked.size) return;
    if (arrived) goOn();
    else stop();
  });

  // As in a browser without this, a link to the address that is open makes no second entry for it.
  document.addEventListener("htmx:before:history:update", ({ detail: { history: update } }) => {
    if (update.path === location.pathname + location.search) update.type = "replace";
  });
})();
