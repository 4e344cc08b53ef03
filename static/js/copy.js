// Copy buttons: each shows itself where the browser can copy, and says when it has. Without this the address is selected by hand.
if (navigator.clipboard) {
  for (const part of document.querySelectorAll("[data-copy]")) {
    const [field, button, told] = [part.querySelector("input, textarea"), part.querySelector("button"), part.querySelector("[role=status]")];
    const words = button.querySelector("span"), what = field.localName === "textarea" ? "Your words are" : "The address is";
    button.hidden = false;
    field.addEventListener("focus", () => field.select());
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(field.value);
        words.textContent = "Copied";
        told.textContent = `${what} copied.`;
      } catch {
        field.select();
        told.textContent = `Copying did not work. ${what} selected: copy with the keyboard.`;
      }
    });
  }
}
