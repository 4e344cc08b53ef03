// What a script adds to the page of a thread: comments are written under their post, an act leaves the focus where it was,
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

  // --- Acts load the page anew. What was done is remembered over it: what is there now has the focus, and it is said. ---
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
  document.addEventListener("submit", ({ target, submitter }) => {
    if (target.id !== "act" || !submitter) return;
    const act = `${submitter.formAction.split("/").at(-2)} ${submitter.value}`;
    try { sessionStorage.setItem(NAME, JSON.stringify({ page: location.pathname, act, post: submitter.closest(".post").id })); } catch { /* then the focus is lost */ }
  });
  let acted;
  try { acted = JSON.parse(sessionStorage.getItem(NAME)); sessionStorage.removeItem(NAME); } catch { /* nothing is remembered */ }
  if (acted?.page === location.pathname) addEventListener("load", () => { // by then the browser has scrolled where the address says
    const post = document.getElementById(acted.post), [where, words] = ACTS[acted.act] || [];
    const done = where && post?.querySelector(where);
    if (!done && post) post.tabIndex = -1;
    (done || post || document.getElementById("main")).focus();
    if (!done) return;
    done.scrollIntoView({ block: "center" });
    tell(words);
  });

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
