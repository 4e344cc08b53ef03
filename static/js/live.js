// Keeps an open tab up to date over one socket. Hints only: what changed is fetched as the page's own fragments.
// Without a socket everything works; #live-status then says to refresh.
(() => {
  const body = document.body;
  if (!body.dataset.socket || !("WebSocket" in window)) return;
  const status = document.getElementById("live-status");
  const title = document.title.replace(/^\(\d+\+?\) /, "");
  const jitter = (most) => Math.random() * most;
  const waiting = new Map(); // what to fetch when the tab is looked at: element or "bell" → function
  let socket, tries = 0, lost, retry, silent, inbox = Number(body.dataset.inboxNo) || 0, told = "", scan, failed = 0;

  const topics = () => {
    const known = {};
    for (const el of document.querySelectorAll("[data-topic]")) {
      const no = Number(el.dataset.eventNo) || 0, name = el.dataset.topic;
      if (!(name in known)) { if (Object.keys(known).length < 60) known[name] = no; } else if (no < known[name]) known[name] = no;
    }
    return known;
  };

  const say = (words) => { if (socket && socket.readyState === 1) socket.send(JSON.stringify(words)); };
  const listen = () => { const all = topics(); told = Object.keys(all).sort().join(); say({ listen: all, inbox }); };

  // --- Fetching: after a moment that differs from tab to tab, and only in a tab someone looks at ---
  const soon = (key, act) => {
    if (document.hidden) return waiting.set(key, act);
    if (waiting.has(key)) return;
    waiting.set(key, act);
    setTimeout(() => {
      if (document.hidden || !waiting.has(key)) return;
      waiting.delete(key);
      act();
    }, 40 + jitter(260));
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    for (const [key, act] of [...waiting]) { waiting.delete(key); act(); }
    if (!socket || socket.readyState > 1) { clearTimeout(retry); connect(); }
  });

  const onTopic = (hint) => {
    for (const el of document.querySelectorAll(`[data-topic="${CSS.escape(hint.topic)}"]`)) {
      if (hint.event_no <= (Number(el.dataset.eventNo) || 0)) continue;
      el.dataset.shown ??= el.dataset.eventNo || 0;
      el.dataset.eventNo = hint.event_no;
      el.dispatchEvent(new CustomEvent("live", { detail: hint, bubbles: true }));
      const to = el.dataset.liveTarget ? document.querySelector(el.dataset.liveTarget) : el;
      if (el.dataset.liveUrl && to && window.htmx) soon(to, () => to.isConnected &&
        htmx.ajax("GET", el.dataset.liveUrl, { source: to, target: to, swap: el.dataset.liveSwap || "outerHTML" }));
    }
  };

  // What could not be fetched is as it was: the server is asked again what is new, later each time it fails.
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) body.addEventListener(name, ({ detail: { elt } }) => {
    const missed = [elt, ...elt.querySelectorAll("[data-shown]")].filter((el) => el.dataset.shown);
    for (const el of missed) { el.dataset.eventNo = el.dataset.shown; delete el.dataset.shown; }
    if (missed.length) setTimeout(listen, (0.5 + jitter(1)) * Math.min(4000 * 2 ** failed++, 60000));
  });

  // --- The bell ---
  const showCount = (bell) => { const n = bell.querySelector("[data-bell-count]"); document.title = n && !n.hidden ? `(${n.textContent.trim()}) ${title}` : title; };
  const renewBell = async () => {
    const bell = document.getElementById("bell");
    if (!bell) return;
    try {
      const answer = await fetch("/notifications/bell/", { headers: { "HX-Request": "true" } });
      if (answer.redirected) return; // signed out
      if (!answer.ok) throw answer;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("bell");
      if (!fresh) return;
      const no = Number(fresh.dataset.inboxNo) || 0;
      if (no < (Number(bell.dataset.inboxNo) || 0)) return; // an answer that was overtaken by a later one
      bell.innerHTML = fresh.innerHTML; // the link itself stays: it may have the focus
      bell.dataset.inboxNo = no;
      bell.dataset.unread = fresh.dataset.unread;
      inbox = Math.max(inbox, no);
      showCount(bell);
      body.dispatchEvent(new CustomEvent("bell", { detail: fresh.dataset.unread, bubbles: true }));
    } catch { if (socket && socket.readyState === 1) setTimeout(() => soon("bell", renewBell), 3000 + jitter(4000)); }
  };
  const bell = document.getElementById("bell"), popover = () => document.getElementById("bell-popover");
  const shut = (focus) => { if (popover()) { popover().remove(); bell.setAttribute("aria-expanded", "false"); if (focus) bell.focus(); } };
  if (bell) {
    showCount(bell);
    bell.setAttribute("aria-expanded", "false");
    bell.addEventListener("click", async (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button || matchMedia("(max-width: 39.99rem)").matches) return;
      event.preventDefault();
      if (popover()) return shut();
      try {
        const answer = await fetch(bell.dataset.fragment, { headers: { "HX-Request": "true" } });
        if (!answer.ok || answer.redirected) throw answer;
        shut();
        bell.insertAdjacentHTML("afterend", await answer.text());
        bell.setAttribute("aria-expanded", "true");
        popover().focus();
      } catch { location.href = bell.href; }
    });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") shut(true); });
    document.addEventListener("click", (event) => { if (popover() && !event.target.closest("#bell-popover, #bell")) shut(); });
  }

  // --- The socket ---
  const down = (words) => {
    clearTimeout(lost);
    lost = setTimeout(() => { if (status) { status.textContent = words; status.hidden = false; } }, 3000);
  };
  const up = () => { clearTimeout(lost); lost = 0; tries = 0; if (status) { status.hidden = true; status.textContent = ""; } };

  const onText = (event) => {
    clearTimeout(silent); silent = 0;
    const hint = JSON.parse(event.data);
    if (hint.heard) up();
    if (hint.topic) onTopic(hint);
    if (hint.inbox === true || hint.inbox > inbox) soon("bell", renewBell); // `inbox` moves on when it was fetched
  };

  const again = (wait) => { clearTimeout(retry); retry = setTimeout(connect, wait); };
  function connect() {
    clearTimeout(retry);
    if (socket && socket.readyState < 2) return;
    const mine = socket = new WebSocket(new URL(body.dataset.socket, location.href.replace(/^http/, "ws")));
    mine.onopen = listen;
    mine.onmessage = onText;
    mine.onclose = (event) => {
      if (mine !== socket) return;
      clearTimeout(silent); silent = 0;
      if (event.code === 4401 || event.code === 4403) return down("You are signed out: refresh to sign in again");
      if (!lost) down("Not connected: refresh to update");
      // 1, 2, 4 … 30 seconds, and never all tabs at once
      again(event.code === 4400 || event.code === 4429 ? 60000 : (0.5 + jitter(1)) * Math.min(1000 * 2 ** tries++, 30000));
    };
  }
  const beat = () => {
    say({ ping: 1 });
    if (socket.readyState === 1 && !silent) silent = setTimeout(() => { silent = 0; socket.close(4000); }, 10000);
    setTimeout(beat, 25000);
  };
  const look = () => { listen(); setTimeout(look, 45000 + jitter(30000)); }; // now and then: a hint may have been lost
  setTimeout(beat, 25000);
  setTimeout(look, 45000 + jitter(30000));

  const rescan = () => { clearTimeout(scan); scan = setTimeout(() => { if (Object.keys(topics()).sort().join() !== told) listen(); }, 300); };
  body.addEventListener("htmx:afterSettle", () => { failed = 0; rescan(); });
  addEventListener("pageshow", (event) => { if (event.persisted) { again(0); renewBell(); } });
  addEventListener("pagehide", () => socket.close(1000));
  connect();
})();
