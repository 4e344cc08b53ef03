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
})();
