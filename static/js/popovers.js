// Menus and pickers are <details>, opened and closed by their summary. Here Escape closes them too, and whatever is done elsewhere.
(() => {
  const OPEN = ":is(details.menu, details.picker)[open]";
  const leave = ({ target }) => {
    for (const one of document.querySelectorAll(OPEN)) if (!one.contains(target)) one.open = false;
  };
  document.addEventListener("click", leave);
  document.addEventListener("focusin", leave);
  document.addEventListener("keydown", (event) => {
    const one = event.key === "Escape" && document.querySelector(OPEN);
    if (!one) return;
    one.open = false;
    one.querySelector("summary").focus();
  });

  // A choice that is sent loads the page anew: its summary, which now says it, has the focus again.
  const NAME = "chosen", FORM = "details.picker > form.picker__list";
  document.addEventListener("submit", ({ target }) => {
    try { if (target.matches(FORM)) sessionStorage.setItem(NAME, location.pathname + new URL(target.action).pathname); } catch { /* then the focus is lost */ }
  });
  let chosen;
  try { chosen = sessionStorage.getItem(NAME); sessionStorage.removeItem(NAME); } catch { /* nothing is remembered */ }
  if (chosen) addEventListener("load", () => {
    const form = [...document.querySelectorAll(FORM)].find((one) => location.pathname + new URL(one.action).pathname === chosen);
    form?.closest("details").querySelector("summary").focus();
  });
})();
