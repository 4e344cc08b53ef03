// The door on a phone. What is tapped is kept in this browser, under a key of its own, until the server has it:
// no network, a second phone or a tab closed too soon loses nothing and checks nobody in twice.
// Without this script each button is a form, and the list is searched by the server.
(() => {
  const door = document.querySelector("[data-door]");
  if (!door) return;
  const url = door.dataset.door, list = document.getElementById("door-list");
  const rows = new Map([...(list?.querySelectorAll(".door-row") || [])].map((row) => [row.dataset.key, row]));
  const net = document.getElementById("door-net"), said = document.getElementById("door-said");
  const search = document.getElementById("door-q"), none = document.querySelector("[data-door-none]");
  const letters = document.querySelector("[data-door-letters]");
  const NAME = `door:${url}`, EVERY = 20000, AGAIN = 5000;
  let behind = Number(door.dataset.now) - Date.now(); // what to add to this phone's clock to have the server's
  let sending = false, reached = true, out = "", last = 0, timer, spare = [];

  // --- What waits ---
  const waiting = () => { try { return JSON.parse(localStorage.getItem(NAME)) || []; } catch { return spare; } };
  const keep = (acts) => { spare = acts; try { localStorage.setItem(NAME, JSON.stringify(acts)); } catch { /* kept in this tab */ } };
  const newKey = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = (b[6] & 15) | 64; b[8] = (b[8] & 63) | 128;
    const hex = [...b].map((one) => one.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };

  // --- What the page shows ---
  const clock = () => new Intl.DateTimeFormat("en-GB", { hour: "numeric", minute: "2-digit", hour12: true }).format(Date.now()).replace(" ", "");
  const isHere = (row) => !row.querySelector('[data-what="out"]').hidden;
  const show = (row, here) => {
    if (isHere(row) === here) return;
    const held = row.contains(document.activeElement);
    row.querySelector('[data-what="in"]').hidden = here;
    row.querySelector('[data-what="out"]').hidden = !here;
    row.querySelector("[data-since]").textContent = here ? ` since ${clock()}` : "";
    if (held) row.querySelector(`[data-what="${here ? "out" : "in"}"] button`).focus();
  };
  const say = (words) => { said.textContent = words; };
  const total = document.querySelector("[data-door-here]");
  const count = (by) => { total.textContent = Number(total.textContent) + by; };
  const tell = () => {
    const acts = waiting(), left = new Set(acts.map((act) => act.booking));
    for (const [key, row] of rows) row.querySelector("[data-waits]").hidden = !left.has(key) || (reached && !out);
    const many = `${acts.length} ${acts.length === 1 ? "tap is" : "taps are"} kept on this phone`;
    net.hidden = reached && !out;
    net.classList.toggle("door-net--waits", acts.length > 0);
    net.textContent = out ? `${out}${acts.length ? ` ${many} till then.` : ""}`
      : acts.length ? `No network. ${many}, and sent when it is back.` : "No network. What you tap is kept on this phone.";
  };

  // --- Sending: one journey at a time, in the order of the taps ---
  const OUTCOMES = {
    too_late: (name) => `${name}: somebody said otherwise meanwhile, so nothing changed.`,
    no_place: (name) => `${name} has no place any more. Open their row again.`,
    unknown: (name) => `${name} has no place at this event.`,
  };
  const settle = (answer, sent) => {
    keep(waiting().filter((act) => !(act.key in answer.done)));
    const left = new Map(waiting().map((act) => [act.booking, act.what])), here = new Set(answer.here);
    for (const [key, row] of rows) if (!left.has(key)) show(row, here.has(key));
    for (const act of sent) {
      const words = OUTCOMES[answer.done[act.key]];
      if (words) say(words(rows.get(act.booking)?.dataset.name || "Somebody"));
    }
    document.querySelector("[data-door-of]").textContent = answer.of;
    total.textContent = here.size;
    for (const [key, what] of left) if ((what === "in") !== here.has(key)) count(what === "in" ? 1 : -1);
    if (door.dataset.all && rows.size !== answer.of) say("The list has changed. Load the page again to see everybody.");
  };
  const send = async () => {
    if (sending) return;
    sending = true;
    clearTimeout(timer);
    const acts = waiting().slice(0, 200), started = Date.now();
    let more = false;
    try {
      const answer = await fetch(url, acts.length
        ? { method: "POST", body: JSON.stringify({ acts }), redirect: "manual", headers: { "Content-Type": "application/json", "X-CSRFToken": door.querySelector("[name=csrfmiddlewaretoken]")?.value || "" } }
        : { redirect: "manual", headers: { Accept: "application/json" } });
      reached = true;
      if (answer.type === "opaqueredirect" || answer.status === 403) out = "You are signed out, or the door is no longer yours. Load the page again.";
      else if (answer.status === 429) out = "Too much at once. It goes on by itself in a moment.";
      else if (answer.status === 400) { keep(waiting().filter((act) => !acts.includes(act) && !acts.some((one) => one.key === act.key))); out = "Something kept here could not be read. Look whether the list is right."; }
      else if (!answer.ok) out = "The site has a problem. It goes on by itself.";
      else {
        out = "";
        const told = await answer.json();
        behind = told.now - (started + Date.now()) / 2;
        settle(told, acts);
        more = acts.length > 0 && waiting().length > 0;
      }
    } catch { reached = false; }
    sending = false;
    tell();
    if (more) send(); else timer = setTimeout(look, reached && !waiting().length ? EVERY : AGAIN);
  };
  const look = () => { if (!document.hidden || waiting().length) send(); else timer = setTimeout(look, EVERY); };
  const tap = (row, what, way) => {
    last = Math.max(Math.round(Date.now() + behind), last + 1);
    keep([...waiting(), { booking: row.dataset.key, what, key: newKey(), at: last, way }]);
    if (isHere(row) !== (what === "in")) count(what === "in" ? 1 : -1);
    show(row, what === "in");
    say(what === "in" ? `${row.dataset.name} is here.` : `${row.dataset.name} is not here after all.`);
    tell();
    send();
  };

  list?.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-what]");
    if (!form) return;
    event.preventDefault();
    tap(form.closest(".door-row"), form.dataset.what, "name");
  });
  addEventListener("online", send);
  addEventListener("offline", () => { reached = false; tell(); });
  addEventListener("beforeunload", (event) => { if (waiting().length && !reached) event.preventDefault(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });

  // --- Finding by name while typing ---
  const folded = (words) => words.replace(/[łŁ]/g, "l").replace(/[øØ]/g, "o").normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const keyIn = (words) => /[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}/i.exec(words)?.[0].toLowerCase().replace(/^(.{8})-?(.{4})-?(.{4})-?(.{4})-?/, "$1-$2-$3-$4-");
  const narrow = () => {
    const key = keyIn(search.value), words = folded(search.value).split(/\s+/).filter(Boolean);
    let found = 0;
    for (const [own, row] of rows) {
      row.hidden = key ? own !== key : !words.every((word) => row.dataset.find.includes(word));
      found += !row.hidden;
    }
    if (none) none.hidden = found > 0;
    for (const part of list.children) part.hidden = !part.querySelector(".door-row:not([hidden])");
    if (letters) letters.hidden = found < rows.size;
  };
  if (rows.size && door.dataset.all) {
    search.addEventListener("input", narrow);
    search.form.addEventListener("submit", (event) => { event.preventDefault(); narrow(); });
    if (search.value) narrow();
  }

  // --- The camera, where the browser reads square codes itself ---
  const scan = door.querySelector("[data-door-scan]"), camera = door.querySelector("[data-door-camera]");
  if ("BarcodeDetector" in window && navigator.mediaDevices?.getUserMedia) {
    const video = camera.querySelector("video");
    let stream, reader;
    const stop = () => { stream?.getTracks().forEach((track) => track.stop()); stream = null; video.srcObject = null; camera.hidden = true; scan.hidden = false; };
    const read = async () => {
      if (!stream) return;
      let key = null;
      try { for (const code of await reader.detect(video)) key = key || keyIn(code.rawValue); } catch { /* the picture is not there yet */ }
      if (!key) return setTimeout(read, 200);
      const row = rows.get(key);
      stop();
      scan.focus();
      if (!row) return say("This code is for nobody with a place here.");
      search.value = "";
      narrow();
      row.scrollIntoView({ block: "center" });
      if (isHere(row)) say(`${row.dataset.name} is here already.`); else tap(row, "in", "code");
      navigator.vibrate?.(60);
    };
    scan.hidden = false;
    scan.addEventListener("click", async () => {
      try {
        reader = reader || new BarcodeDetector({ formats: ["qr_code"] });
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
        video.srcObject = stream;
        camera.hidden = false;
        scan.hidden = true;
        await video.play();
        read();
      } catch { stop(); say("The camera can’t be used. Point your phone’s own camera at the code, or type the name."); }
    });
    camera.querySelector("[data-door-stop]").addEventListener("click", () => { stop(); scan.focus(); });
  }

  reached = navigator.onLine;
  tell();
  send();
})();
