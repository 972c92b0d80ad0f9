// Finding a code by typing: a combobox (ARIA 1.2 pattern) over the boxes that the form has without JavaScript.

const MOST_SHOWN = 40;
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase("en");

/** The codes that fit what was typed: one of just that name, those used last, those that begin with it, the tree's order. */
export function fitting(codes, typed) {
  const parts = folded(typed).split(/\s+/u).filter(Boolean), whole = parts.join(" ");
  const begins = (name) => !parts.length || name.startsWith(parts[0]);
  const rank = ({ name, lately }) => folded(name) === whole ? 0 : (begins(folded(name)) ? 0 : 100) + (lately || 50);
  return codes
    .filter(({ name, above }) => parts.every((part) => folded(`${above} ${name}`).includes(part)))
    .map((code, at) => ({ code, at }))
    .sort((one, other) => rank(one.code) - rank(other.code) || one.at - other.at)
    .map(({ code }) => code);
}

/** Turn the list of boxes in a form into a combobox. `onPick(code)` when one is taken with Enter or the mouse. */
export function makeFinder(form, onPick, onLeave) {
  const box = form.querySelector("[data-find]"), list = box?.querySelector("[role=listbox]");
  const input = box?.querySelector("input"), boxes = form.querySelector("[data-codes]");
  if (!input || !boxes.querySelector("input")) return null;
  const codes = [...boxes.querySelectorAll("input")].map((tick) => ({
    tick, name: tick.dataset.name, above: tick.dataset.above, lately: Number(tick.dataset.lately), uuid: tick.value,
  }));
  let shown = [], active = -1;
  boxes.hidden = true;
  box.hidden = false;

  const show = (isOpen) => {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) input.removeAttribute("aria-activedescendant");
  };

  const activate = (at) => {
    active = at;
    [...list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
    if (at < 0) { input.removeAttribute("aria-activedescendant"); return; }
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  };

  const fill = () => {
    shown = fitting(codes, input.value).slice(0, MOST_SHOWN);
    list.replaceChildren(...shown.map((code, index) => {
      const option = document.createElement("li");
      option.id = `v-option-${index}`;
      option.setAttribute("role", "option");
      option.append(code.name);
      if (code.above) {
        const above = document.createElement("span");
        above.className = "cp-quiet";
        above.textContent = ` ${code.above}`;
        option.append(above);
      }
      option.addEventListener("mousedown", (event) => { event.preventDefault(); onPick(code); });
      return option;
    }));
    show(shown.length > 0);
    if (shown.length) activate(0); else active = -1;
    input.setAttribute("aria-invalid", String(!shown.length));
  };

  input.addEventListener("input", fill);
  input.addEventListener("click", fill);
  input.addEventListener("blur", () => show(false));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) fill();
      else activate((active + (event.key === "ArrowDown" ? 1 : shown.length - 1)) % shown.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (list.hidden) fill();
      else if (shown[active]) onPick(shown[active]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      if (list.hidden || !input.value) onLeave(); else { input.value = ""; fill(); }
    } else if (event.key === "Tab" && !event.shiftKey && input.value.trim() && shown[active]) {
      // Picked for the button, so that a memo can be written before it is put on.
      shown[active].tick.checked = true;
      input.value = shown[active].name;
    }
  });
  return { input, open: () => { input.focus(); fill(); } };
}
