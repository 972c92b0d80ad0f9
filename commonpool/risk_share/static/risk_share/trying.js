// Sliders beside the number boxes of the comparison: each change asks for the answers anew and puts them in their
// places. Without this file the boxes and their button do the same.
const form = document.querySelector("form[data-trying]");
const WAIT = 150; // milliseconds without a change before the server is asked

if (form) {
  let timer;
  let asked;

  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    const query = new URLSearchParams(new FormData(form));
    history.replaceState(null, "", `?${query}`);
    query.set("part", "comparison");
    try {
      const answer = await fetch(`${location.pathname}?${query}`, { signal: asked.signal });
      if (answer.redirected || !answer.ok) { form.submit(); return; }
      const found = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const place of document.querySelectorAll("[data-live]")) {
        const fresh = found.querySelector(`[data-live="${place.dataset.live}"]`);
        if (fresh && fresh.innerHTML !== place.innerHTML) redraw(place, fresh);
      }
      form.dataset.answered = Number(form.dataset.answered || 0) + 1;
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  };

  // What a reader has opened stays open.
  const redraw = (place, fresh) => {
    const open = [...place.querySelectorAll("details[open] > summary")].map((each) => each.textContent);
    place.replaceChildren(...fresh.childNodes);
    for (const summary of place.querySelectorAll("details > summary")) {
      if (open.includes(summary.textContent)) summary.parentElement.open = true;
    }
  };

  const soon = () => { clearTimeout(timer); timer = setTimeout(ask, WAIT); };

  const amount = (box) => Number(box.value.replace(/[£,%\s]/g, ""));

  // The shares of one layer are one whole: what one gives up the others take, in the proportion that they had when its
  // slider was taken up. Step by step their roundings would add up.
  let held;
  const share = (changed, boxes) => {
    const others = boxes.filter((box) => box !== changed);
    if (held?.by !== changed) held = { by: changed, amounts: others.map(amount) };
    const whole = held.amounts.reduce((sum, each) => sum + each, 0);
    const given = 1000 - Math.round(amount(changed) * 10);
    let rest = given;
    others.forEach((box, number) => {
      const own = whole ? held.amounts[number] / whole : 1 / others.length;
      const tenths = number === others.length - 1 ? rest : Math.min(Math.round(given * own), rest);
      rest -= tenths;
      box.value = String(tenths / 10);
      box.dispatchEvent(new Event("slide"));
    });
  };

  for (const box of form.querySelectorAll("input[data-slider]")) {
    const slider = document.createElement("input");
    const label = form.querySelector(`label[for="${box.id}"]`);
    Object.assign(slider, { type: "range", min: 0, max: box.dataset.most, step: box.dataset.step, className: "cp-slider" });
    slider.setAttribute("aria-label", `${label.textContent.trim()}, slider`);
    const isOpen = () => "open" in box.dataset && box.value.trim() === "";
    const show = () => {
      slider.value = isOpen() ? slider.max : amount(box);
      slider.setAttribute("aria-valuetext", isOpen() ? "no cap" : box.value);
    };
    const group = () => [...form.querySelectorAll(`input[data-group="${box.dataset.group}"]`)];
    show();
    slider.addEventListener("input", () => {
      box.value = "open" in box.dataset && slider.value === slider.max ? "" : slider.value;
      if (box.dataset.group && group().length > 1) share(box, group());
      show();
    });
    box.addEventListener("slide", show);
    box.addEventListener("input", () => { held = undefined; show(); });
    box.closest(".govuk-form-group").append(slider);
  }
  for (const kind of ["input", "change"]) form.addEventListener(kind, soon);
}
