// What a script adds to the page of a thread: comments are written under their post, an act changes its post in place,
// the address of a post is copied. Without it each of them is a link or a form.
(() => {
  const ROOM = "[id^='comment-on-']"; // under a post: its comment form goes there
  const said = document.getElementById("thread-said");
  const tell = (words) => { said.textContent = ""; setTimeout(() => { said.textContent = words; }, 100); };
  const elsewhere = (event) => event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button; // a new tab

  // --- Comment forms. Scrolled to at once, never smoothly: nothing on the site moves. ---
  const write = (form) => {
    form.querySelector("textarea").focus({ preventScroll: true });
    form.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("htmx:beforeRequest", (event) => {
    const room = event.detail.target, form = room?.matches(ROOM) && room.querySelector("form");
    if (!form) return;
    event.preventDefault(); // it is open: a second one would replace what is typed
    write(form);
  });
  document.addEventListener("htmx:load", ({ detail: { elt } }) => {
    if (elt.matches?.(".comment__form")) write(elt);
    if (!elt.matches?.(".posts--came-in")) return;
    const first = elt.querySelector(".post"); // “Show it” was pressed, and is gone
    first.tabIndex = -1;
    first.focus();
  });
  document.addEventListener("click", (event) => {
    const room = event.target.closest?.("[data-cancel]")?.closest(ROOM);
    if (!room || elsewhere(event)) return;
    event.preventDefault();
    room.querySelector("form").dispatchEvent(new Event("cancel"));
    room.replaceChildren();
    document.querySelector(`[hx-target="#${room.id}"]`)?.focus();
  });

  // --- Acts: what they changed on their post is put in its place, has the focus, and it is said. What moves posts, or
  // can't be done this way, loads the page anew; what was done is remembered over it. ---
  const NAME = "acted";
  const ACTS = { // act and what was sent: what shows that it is done, and its words
    "helpful yes": ["[name=helpful][value=no]", "Marked as helpful."],
    "helpful no": ["[name=helpful][value=yes]", "No longer marked as helpful."],
    "us-too yes": ["[name=us_too][value=no]", "Your organisation said “us too”."],
    "us-too no": ["[name=us_too][value=yes]", "“Us too” is taken back."],
    "accept ": ["[formaction$='/unaccept/']", "Accepted."],
    "unaccept ": ["[formaction$='/accept/']", "No longer accepted."],
    "follow following": [".follow:has([value=following][aria-current]) > summary", "You follow this thread."],
    "follow default": [".follow:has([value=default][aria-current]) > summary", "We tell you only what concerns you."],
    "follow muted": [".follow:has([value=muted][aria-current]) > summary", "This thread is muted."],
  };
  const MOVES = /^(un)?accept $/;
  const PARTS = [".post__accepted", ".post__actions"]; // of a post: what acts change, never what is written under it
  const remember = (act, post) => { try { sessionStorage.setItem(NAME, JSON.stringify({ page: location.pathname, act, post })); } catch { /* then the focus is lost */ } };
  const done = (post, act) => {
    const [where, words] = ACTS[act] || [], there = where && post?.querySelector(where);
    if (!there && post) post.tabIndex = -1;
    (there || post || document.getElementById("main")).focus();
    if (there) tell(words);
    return there;
  };
  const offline = (button) => { // nothing is lost: the page stays, and so does what is being written
    const words = "You are not connected. Press it again when you are.";
    const line = button.closest(".post__actions").querySelector(".post__offline") || document.createElement("span");
    line.className = "post__offline quiet";
    line.textContent = words;
    button.closest(".post__actions").append(line);
    tell(words);
  };
  let plain = false, underway = false;
  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (form.id !== "act" || !submitter) return;
    const act = `${submitter.formAction.split("/").at(-2)} ${submitter.value}`, { id } = submitter.closest(".post");
    if (plain || MOVES.test(act) || !(act in ACTS)) return remember(act, id);
    event.preventDefault();
    if (underway) return; // pressed twice
    underway = true;
    try {
      const body = new FormData(form);
      body.append(submitter.name, submitter.value);
      const answer = await fetch(submitter.formAction, { method: "POST", body, headers: { "X-In-Place": "yes" } }); // what else the page holds is not read by that
      if (!answer.ok) throw answer;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(id), post = document.getElementById(id);
      const refused = page.querySelector(".banner--trouble"); // it says why
      if (!fresh || refused) throw answer;
      for (const part of PARTS) post.querySelector(`:scope > ${part}`)?.replaceWith(fresh.querySelector(`:scope > ${part}`) ?? "");
      window.htmx?.process(post); // its links open forms in place, as before
      done(post, act);
    } catch (trouble) {
      if (trouble instanceof TypeError && !navigator.onLine) return offline(submitter);
      plain = true; // the same once more, as without a script: the page that comes says what is wrong
      form.requestSubmit(submitter);
    } finally { underway = false; }
  });
  let acted;
  try { acted = JSON.parse(sessionStorage.getItem(NAME)); sessionStorage.removeItem(NAME); } catch { /* nothing is remembered */ }
  if (acted?.page === location.pathname) addEventListener("load", () => // by then the browser has scrolled where the address says
    done(document.getElementById(acted.post), acted.act)?.scrollIntoView({ block: "center" }));

  // --- The address of a post ---
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("[data-address]"), word = link?.querySelector("span");
    if (!link || !navigator.clipboard || elsewhere(event)) return;
    event.preventDefault();
    try { await navigator.clipboard.writeText(link.href); } catch { location.href = link.href; return; }
    tell("Link copied.");
    word.textContent = "Link copied";
    word.className = ""; // it is to be seen on a phone too
    setTimeout(() => { word.textContent = "Link"; word.className = "text-action__word"; }, 3000);
  });
})();
