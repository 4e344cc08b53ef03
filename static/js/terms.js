// A word that is explained where it stands. By pointer and keyboard the style sheet shows its tip; a finger has no
// hover, so its first tap shows the tip with a way on, and its second opens the page.
let pointer = "";

function shut(term) {
  term.classList.remove("term--open");
  term.querySelector(".term__more")?.remove();
}

function open(term, word) {
  const more = document.createElement("a");
  more.className = "term__more";
  more.href = word.href;
  more.append("Read more");
  const about = document.createElement("span");
  about.className = "visually-hidden";
  about.append(` about “${word.textContent}”`);
  more.append(about);
  term.querySelector(".term__tip").append(" ", more);
  term.classList.remove("term--shut");
  term.classList.add("term--open");
}

document.addEventListener("pointerdown", (event) => {
  pointer = event.pointerType;
  for (const term of document.querySelectorAll(".term--open")) if (!term.contains(event.target)) shut(term);
});

document.addEventListener("click", (event) => {
  const word = event.target.closest?.(".term__word");
  // a key press also makes a click, one of no detail
  if (!word || event.detail === 0 || (event.pointerType || pointer) !== "touch") return;
  const term = word.closest(".term");
  if (term.classList.contains("term--open")) return;
  event.preventDefault();
  open(term, word);
});

// Escape shuts the explanation (WCAG 1.4.13) until pointer and focus have left it.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const term of document.querySelectorAll(".term:hover, .term:focus-within, .term--open")) {
    shut(term);
    term.classList.add("term--shut");
  }
});
for (const left of ["pointerout", "focusout"]) {
  document.addEventListener(left, (event) => {
    const term = event.target.closest?.(".term--shut");
    if (term && !term.contains(event.relatedTarget)) term.classList.remove("term--shut");
  });
}
