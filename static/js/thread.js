// What a script adds to the page of a thread: comments are written under their post. Without it “Comment” leads to a page.
(() => {
  const ROOM = "[id^='comment-on-']"; // under a post: its comment form goes there
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
  });
  document.addEventListener("click", (event) => {
    const room = event.target.closest?.("[data-cancel]")?.closest(ROOM);
    if (!room || elsewhere(event)) return;
    event.preventDefault();
    room.replaceChildren();
    document.querySelector(`[hx-target="#${room.id}"]`)?.focus();
  });
})();
