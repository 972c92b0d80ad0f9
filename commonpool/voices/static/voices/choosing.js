// Choosing parts by keyboard: a number ticks that part of the passage one is in, j and k go on and back.
const form = document.querySelector("[data-choosing]");

if (form) {
  const passages = [...form.querySelectorAll("[data-passage]")];
  document.querySelector("[data-keys]").hidden = false;
  const here = () => Math.max(0, passages.findIndex((each) => each.contains(document.activeElement)));
  const go = (to) => passages[to]?.querySelector("input").focus();

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("textarea, input:not([type=checkbox])")) return;
    if (event.key === "j") go(here() + 1);
    else if (event.key === "k") go(here() - 1);
    else {
      const box = passages[here()].querySelector(`[data-key="${CSS.escape(event.key)}"]`);
      if (!box) return;
      box.click();
      box.focus();
    }
    event.preventDefault();
  });
}
