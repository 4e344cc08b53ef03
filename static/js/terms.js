// Escape shuts the explanation of a word (WCAG 1.4.13) until pointer and focus have left it.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const term of document.querySelectorAll(".term:hover, .term:focus-within")) term.classList.add("term--shut");
});
for (const left of ["pointerout", "focusout"]) {
  document.addEventListener(left, (event) => {
    const term = event.target.closest?.(".term--shut");
    if (term && !term.contains(event.relatedTarget)) term.classList.remove("term--shut");
  });
}
