// Votes and questions that change while people look. Somebody without account has no socket, so these pages ask every few
// seconds, each at its own moment and only while looked at; the answer is made once for all. Without this, one refreshes.
(() => {
  const page = document.querySelector("[data-vote-page]");
  const moved = document.querySelector("[data-vote-moved]");
  for (const link of document.querySelectorAll("[data-vote-refresh]")) link.hidden = true;

  const typed = () => [...document.querySelectorAll("main form :is(textarea, input, select)")].some((field) =>
    field.type === "radio" || field.type === "checkbox" ? field.checked !== field.defaultChecked : field.type !== "hidden" && field.tagName !== "SELECT" && field.value !== field.defaultValue);

  const again = (words) => {
    if (!typed() && page) return location.reload();
    if (!moved || !moved.hidden) return;
    const link = document.createElement("a");
    link.href = location.pathname;
    link.textContent = "Show it";
    moved.append(`${words} `, link);
    moved.hidden = false;
  };

  const every = (seconds, act) => {
    let failed = 0;
    const next = () => setTimeout(look, (seconds + Math.random() * seconds / 2) * 1000 * Math.min(2 ** failed, 16));
    const look = async () => {
      try {
        if (!document.hidden) await act();
        failed = 0;
      } catch {
        failed += 1;
        if (failed === 3) for (const link of document.querySelectorAll("[data-vote-refresh]")) link.hidden = false;
      }
      next();
    };
    next();
    document.addEventListener("visibilitychange", () => { if (!document.hidden) act().catch(() => {}); });
  };

  const fresh = async (url) => {
    const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok || answer.redirected) throw answer;
    return answer.text();
  };

  for (const box of document.querySelectorAll("[data-vote-now]")) {
    let known = "";
    every(Number(box.dataset.every) || 3, async () => {
      const text = await fresh(box.dataset.voteNow);
      if (text === known) return;
      known = text;
      const state = new DOMParser().parseFromString(text, "text/html").querySelector("[data-at]");
      if (!state) return;
      if (state.dataset.at !== box.dataset.at) return again(state.dataset.at.startsWith("closed") ? "The vote is closed now." : "Another question is on now.");
      if ("quiet" in box.dataset) return;
      if (box.dataset.yours) {
        const own = state.querySelector(`[data-option="${CSS.escape(box.dataset.yours)}"]`);
        own?.classList.add("vote-bars__row--yours");
        own?.querySelector("[hidden]")?.removeAttribute("hidden");
      }
      box.replaceChildren(state);
      const options = document.querySelector("[data-vote-options]");
      if (options) options.hidden = Boolean(state.querySelector("table"));
    });
  }

  for (const list of document.querySelectorAll("[data-questions-now]")) {
    let known;
    every(4, async () => {
      const answer = await fetch(list.dataset.questionsNow);
      if (!answer.ok) throw answer;
      const version = answer.headers.get("ETag");
      if (known !== undefined && version !== known) again("There are new questions or votes.");
      known = version;
    });
  }
})();
