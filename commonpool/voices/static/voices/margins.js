// Brackets on the very lines of their passages, drawn for the turns in view only; and passages lit up from the margin.
import { placeOf, rangeFrom, textOf, wordsIn } from "./picking.js";
import { units } from "./positions.js";

const SHAPE = /^M(\d+) (?:[\d.]+)(?:H(\d+))?V(?:[\d.]+)(?:H(\d+))?$/;
const HEIGHT = 1000;

function boxAt(turn, text, at) {
  const start = Math.min(at, Math.max(0, text.length - 1));
  return rangeFrom({ turn, at: start }, { turn, at: Math.min(text.length, start + 1) }).getBoundingClientRect();
}

/** Put the brackets of one turn on their lines. Without this each stands at its part of the turn's characters. */
export function drawLanes(turn) {
  const svg = turn.querySelector(".v-lanes"), frame = svg.getBoundingClientRect(), text = textOf(turn);
  if (!frame.height || !text) return;
  const first = Number(turn.dataset.from), scale = HEIGHT / frame.height;
  const made = [...svg.children].map((path) => {
    const shape = SHAPE.exec(path.getAttribute("d"));
    if (!shape) return null;
    const start = units(text, Math.max(0, path.dataset.s - first)), end = units(text, Math.max(0, path.dataset.e - first));
    const top = shape[2] ? (boxAt(turn, text, start).top - frame.top + 2) * scale : 0;
    const foot = path.dataset.e - first <= [...text].length ? (boxAt(turn, text, Math.max(start, end - 1)).bottom - frame.top - 2) * scale : HEIGHT;
    const head = shape[2] ? `M${shape[1]} ${top.toFixed(1)}H${shape[2]}` : `M${shape[1]} 0`;
    return `${head}V${foot.toFixed(1)}${shape[3] ? `H${shape[3]}` : ""}`;
  });
  // All is measured before anything is written: else each bracket would have the page laid out anew.
  [...svg.children].forEach((path, at) => { if (made[at]) path.setAttribute("d", made[at]); });
}

/** Watch the turns: those that come into view get their brackets drawn. */
export function watchLanes(list) {
  const seen = new Set();
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) { seen.delete(target); continue; }
      seen.add(target);
      requestAnimationFrame(() => drawLanes(target));
    }
  }, { rootMargin: "200px" });
  let waiting;
  addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(() => seen.forEach(drawLanes), 150); });
  const watch = (turns) => { for (const turn of turns) observer.observe(turn); };
  watch(list.querySelectorAll(".v-turn"));
  return watch;
}

/** Light up a passage in the text under a name of a highlight; null puts it out. */
export function light(name, turns, span) {
  if (!globalThis.CSS?.highlights) return;
  if (!span || !turns.length) { CSS.highlights.delete(name); return; }
  const range = rangeFrom(placeOf(turns, span.start), placeOf(turns, span.end, true));
  CSS.highlights.set(name, new Highlight(range));
}

/** Light up the passage of whichever bracket or code the mouse or the focus is on. */
export function watchMarks(text, turnsOf) {
  const lit = (mark) => {
    text.querySelectorAll(".v-lit").forEach((each) => each.classList.remove("v-lit"));
    if (!mark) { light("v-lit", [], null); return; }
    if (mark.dataset.c) text.querySelectorAll(`[data-c="${mark.dataset.c}"]`).forEach((each) => each.classList.add("v-lit"));
    light("v-lit", turnsOf(), { start: Number(mark.dataset.s), end: Number(mark.dataset.e) });
  };
  for (const name of ["mouseover", "focusin"]) text.addEventListener(name, (event) => lit(event.target.closest?.("[data-s]")));
  text.addEventListener("mouseleave", () => lit(null));
  return wordsIn;
}
