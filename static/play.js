// Plays an experiment: every frame of the stream takes the place of the report. Without this, Play is a plain link.
(() => {
  let stream = null;
  let shown = Promise.resolve();
  const element = (id) => document.getElementById(id);

  const stop = () => {
    if (!stream) return;
    stream.close();
    stream = null;
    const leaving = document.activeElement === element("pause");
    delete document.documentElement.dataset.playing;
    if (leaving) element("play").focus({ preventScroll: true });
  };

  const show = ({ data }) => {
    const mine = stream;
    shown = shown.then(() => {
      const target = element("report");
      return mine === stream && htmx.swap({ text: data, target, sourceElement: target, swap: "outerMorph" });
    });
  };

  // Pause leads to the plain page of the frame that is shown, and so does the end.
  const finish = () =>
    shown.then(() => {
      if (!stream) return;
      stop();
      if (element("pause").href !== location.href) element("pause").click();
    });

  const play = (link) => {
    stop();
    stream = new EventSource(link.dataset.stream);
    stream.onmessage = show;
    stream.addEventListener("done", finish);
    stream.onerror = () => {
      stop();
      location.assign(link.href); // it says what is wrong, or shows the end
    };
    document.documentElement.dataset.playing = "";
    element("pause").focus({ preventScroll: true });
  };

  document.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest("a[data-stream]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      event.stopPropagation(); // htmx would follow the link
      play(link);
    },
    true,
  );
  document.addEventListener("htmx:before:request", stop); // whatever else is asked for ends the play
})();
