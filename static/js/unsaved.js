// Asks before the page is left while words would be lost: in forms marked data-warns, whose text nothing keeps.
// data-warns="typed" is a form that came back: what stands in it is not saved either.
(() => {
  let sent = null; // the form that is on its way
  const typed = (form) => form.dataset.warns === "typed" ||
    [...form.elements].some((field) => /^text/.test(field.type) && field.value !== field.defaultValue);
  const ask = (event) => {
    if ([...document.querySelectorAll("form[data-warns]")].some((form) => form !== sent && typed(form))) event.preventDefault();
  };
  const look = () => { sent = null; addEventListener("beforeunload", ask); }; // only once it is needed: pages without it are kept for “Back”
  document.addEventListener("input", look);
  document.addEventListener("submit", (event) => { if (!event.defaultPrevented) sent = event.target; });
  addEventListener("pageshow", (event) => { if (event.persisted) sent = null; });
  if (document.querySelector("form[data-warns=typed]")) look();
})();
