// The reading view: select words, find a code by typing, go on. Without this file the forms of the page do the same.
import { makeFinder } from "./finder.js";
import { light, watchLanes, watchMarks } from "./margins.js";
import { Picking, textOf } from "./picking.js";

const POLL_MS = 8_000;
const SIGNED_OUT = "Nothing was saved: you are signed out. Sign in in another tab, reload this page, and do it again.";
const UNREACHABLE = "Nothing was saved: the server cannot be reached. What you typed is still here; try again.";
const text = document.querySelector("[data-text]");
if (text) start();

function start() {
  const address = text.dataset.address, list = text.querySelector(".v-turns"), token = document.querySelector("[data-token] input").value;
  const live = document.querySelector("[data-live]"), problem = document.querySelector("[data-problem]");
  const mayCode = text.dataset.mayCode === "1";
  const done = [];
  let stamp = text.dataset.stamp, isPolling = false, panel = text.querySelector("[data-panel]"), asked = null, openings = 0;

  const say = (words) => { live.textContent = ""; requestAnimationFrame(() => { live.textContent = words; }); };
  const complain = (words, where = null) => {
    const box = where?.querySelector("[data-said]") ?? problem;
    box.hidden = !words;
    box.textContent = words;
    if (words) say(words);
  };

  // -- talking to the server

  async function send(url, fields) {
    const body = fields instanceof FormData ? fields : new FormData();
    if (!(fields instanceof FormData)) for (const [name, value] of Object.entries(fields)) for (const each of [value].flat()) body.append(name, each);
    try {
      const answer = await fetch(url, { method: "POST", body, headers: { accept: "application/json", "X-CSRFToken": token } });
      const isJson = answer.headers.get("content-type")?.startsWith("application/json");
      if (!isJson) return { problem: SIGNED_OUT };
      return await answer.json();
    } catch { return { problem: UNREACHABLE }; }
  }

  /** Bring the margin up to date: only turns whose stamp differs are fetched. */
  async function refresh() {
    const query = new URLSearchParams(location.search);
    query.set("known", stamp);
    let answer;
    try { answer = await fetch(`${address}state/?${query}`, { headers: { accept: "application/json" } }); } catch { return; }
    if (answer.status !== 200 || answer.redirected) return;
    const found = await answer.json();
    if (found.stamp.split(":")[0] !== text.dataset.version) {
      complain("The text has a newer version since you opened it. Reload the page to read it; what you typed stays here until then.");
      return;
    }
    const old = picking.turns.filter((turn) => turn.dataset.stamp !== (found.turns[turn.dataset.n] ?? found.empty));
    if (old.length) await redraw(old.map((turn) => turn.dataset.n));
    stamp = found.stamp;
    const line = document.querySelector("[data-progress]");
    if (line) line.textContent = found.progress;
    const next = document.querySelector("[data-next]");
    if (next) { next.hidden = !found.next; next.textContent = `Next uncoded: turn ${found.next}`; }
    const end = document.querySelector("[data-end]");
    if (end) end.hidden = Boolean(found.next);
  }

  async function redraw(numbers) {
    const query = new URLSearchParams(location.search);
    ["turn", "passage"].forEach((name) => query.delete(name));
    for (const number of numbers) query.append("n", number);
    const answer = await fetch(`${address}turns/?${query}`);
    if (!answer.ok || answer.redirected) return;
    const found = new DOMParser().parseFromString(`<ol>${await answer.text()}</ol>`, "text/html");
    const focused = document.activeElement?.closest?.(".v-turn") ? document.activeElement.dataset.c : null;
    for (const fresh of found.querySelectorAll(".v-turn")) {
      const old = document.getElementById(fresh.id);
      const wasOpen = old?.querySelector(".v-rest[open]");
      if (wasOpen) fresh.querySelector(".v-rest")?.setAttribute("open", "");
      old?.replaceWith(fresh);
      watch([fresh]);
    }
    if (focused) text.querySelector(`a[data-c="${focused}"]`)?.focus();
    picking.restore();
  }

  async function poll() {
    if (isPolling || document.visibilityState !== "visible") return;
    isPolling = true;
    await refresh();
    isPolling = false;
  }

  // -- the panel beside the text

  async function open(query, then = "title") {
    const opening = ++openings; // whoever closes the panel, or asks for another, does not want this one any more
    const answer = await fetch(`${address}panel/?${new URLSearchParams(query)}`).catch(() => null);
    if (opening !== openings) return;
    if (!answer?.ok || answer.redirected) { complain(answer ? "There is nothing of this passage to show. Select some words of the text." : UNREACHABLE); return; }
    const words = await answer.text();
    if (opening !== openings) return;
    asked = query;
    if (!panel) {
      panel = document.createElement("aside");
      panel.className = "v-panel";
      panel.setAttribute("aria-label", "The passage");
      text.after(panel);
    } else if (text.contains(panel)) { panel.parentElement.remove(); text.after(panel); }
    panel.innerHTML = words; // our own template, which escapes what it is given
    dress(then);
  }

  function close() {
    openings += 1;
    asked = null;
    if (!panel) return;
    (text.contains(panel) ? panel.parentElement : panel).remove();
    panel = null;
    text.focus({ preventScroll: true });
    picking.restore();
  }

  function dress(then) {
    const said = document.createElement("div");
    said.className = "v-problem";
    said.dataset.said = "";
    said.setAttribute("role", "alert");
    said.hidden = true;
    panel.querySelector(".v-panel__head").after(said);
    panel.querySelector("[data-panel-close]").addEventListener("click", (event) => { event.preventDefault(); close(); });
    for (const form of panel.querySelectorAll("form[data-step]")) form.addEventListener("submit", (event) => step(event, form));
    const form = panel.querySelector("[data-code-form]");
    const finder = form ? makeFinder(form, (code) => put(form, [code.uuid]), close) : null;
    if (form) {
      if (asked?.start) form.querySelectorAll("[name=words], [name=until]").forEach((each) => { each.closest(".govuk-form-group").hidden = true; });
      form.addEventListener("submit", (event) => { event.preventDefault(); put(form); });
      form.querySelector("[name=memo]").addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); put(form); } });
    }
    const tagging = panel.querySelector("[data-tagging]");
    if (then === "tag" && tagging) { tagging.open = true; tagging.querySelector("input[name=name]").focus(); }
    else if (then === "memo" && form) form.querySelector("[name=memo]").focus();
    else if (then === "code" && finder) finder.open();
    else panel.querySelector("[data-panel-title]").focus();
  }

  async function step(event, form) {
    event.preventDefault();
    const opening = openings, answer = await send(form.action, new FormData(form));
    if (answer.problem) { complain(answer.problem, panel); return; }
    await refresh();
    if (opening === openings) {
      if (form.action.endsWith(`/codings/${asked?.passage}/remove/`)) asked = null; // what the panel was opened on is gone
      say("Done.");
      if (asked) await open(asked); else close();
    }
    offer(answer);
  }

  /** Offer to put back what was taken away: in the panel where it is still open, else in the bar, which stays in sight. */
  function offer({ said, url, fields }) {
    document.querySelector("[data-undone]")?.remove();
    if (!url) return;
    const box = document.createElement("div"), words = document.createElement("span"), button = document.createElement("button");
    box.className = "v-undone";
    box.dataset.undone = "";
    words.textContent = said;
    button.type = "button";
    button.className = "cp-link-button";
    button.textContent = "Put back";
    button.addEventListener("click", () => putBack(box, url, fields));
    box.append(words, " ", button);
    if (panel) panel.querySelector(".v-panel__head").after(box); else document.querySelector(".v-bar").append(box);
    say(`${said} The button “Put back” is ${panel ? "next in the panel" : "above the text"}.`);
  }

  async function putBack(box, url, fields) {
    const opening = openings, wasInPanel = panel?.contains(box), answer = await send(url, fields);
    if (answer.problem) { complain(answer.problem, wasInPanel ? panel : null); return; }
    box.remove();
    await refresh();
    if (wasInPanel && asked && opening === openings) await open(asked); else if (!panel) text.focus({ preventScroll: true });
    say("Put back.");
  }

  // -- what is done to a passage

  async function put(form, codes = []) {
    const fields = new FormData(form);
    for (const code of codes) if (!fields.getAll("codes").includes(code)) fields.append("codes", code);
    const opening = openings, answer = await send(form.action, fields);
    if (answer.problem) { complain(answer.problem, panel); return; }
    coded(answer);
    await refresh();
    if (opening !== openings) return;
    if (asked) await open(asked, "code"); else close();
  }

  function coded({ made }) {
    document.querySelector("[data-undone]")?.remove();
    done.push(made.map((each) => each.uuid));
    complain("");
    say(`Coded ${made.map((each) => each.code).join(", ")}.`);
  }

  async function inVivo() {
    if (text.dataset.mayMake !== "1") { complain("In a blind round all code by the same framework, so no code can be made."); return; }
    if (!picking.span) { complain("Select some words first."); return; }
    const answer = await send(`${address}code/`, { ...picking.span, version: text.dataset.version, in_vivo: "on" });
    if (answer.problem) { complain(answer.problem); return; }
    coded(answer);
    await refresh();
  }

  async function undo() {
    const last = done.pop();
    if (!last) { say("There is nothing to take back: nothing was coded here since the page was opened."); return; }
    for (const uuid of last) {
      const answer = await send(`/codings/${uuid}/remove/`, {});
      if (answer.problem) { complain(answer.problem); return; }
    }
    say("Taken back.");
    await refresh();
  }

  async function take(chip) {
    const answer = await send(`/codings/${chip.dataset.c}/remove/`, {});
    if (answer.problem) { complain(answer.problem); return; }
    text.focus({ preventScroll: true });
    await refresh();
    offer(answer);
  }

  async function markRead() {
    const turn = picking.turn;
    const answer = await send(`${address}read/`, { version: text.dataset.version, turn: turn.dataset.n, is_read: "1" });
    if (answer.problem) { complain(answer.problem); return; }
    await refresh();
    picking.cursor = { turn: document.getElementById(turn.id), at: 0 };
    picking.clear();
    picking.move("turn", 1);
    picking.move("turn", 1);
    if (document.querySelector("[data-end]:not([hidden])")) atTheEnd();
  }

  function nextUncoded() {
    const turns = picking.turns, here = picking.cursor ? turns.indexOf(picking.turn) : -1;
    const order = [...turns.slice(here + 1), ...turns.slice(0, here + 1)];
    const found = order.find((turn) => !("coded" in turn.dataset) && !("read" in turn.dataset) && textOf(turn).trim());
    if (!found) { atTheEnd(); return; }
    picking.clear();
    picking.cursor = { turn: found, at: 0 };
    picking.whole("sentence");
    text.focus({ preventScroll: true });
  }

  /** Every turn is coded or read: say what comes next, and bring it into sight. */
  function atTheEnd() {
    const end = document.querySelector("[data-end]");
    end?.scrollIntoView({ block: "nearest" });
    say(`You have coded or read every turn.${end ? " Press D when you are done with this text." : ""}`);
  }

  function finish() {
    const form = document.querySelector("[data-finish]");
    if (form) form.requestSubmit(); else say("You have marked this text as done already. What is next for you stands above it.");
  }

  const passage = () => picking.span ?? { turn: picking.turn.dataset.n };

  // -- keys and the mouse

  const MOVES = { ArrowRight: ["word", 1], ArrowLeft: ["word", -1], ArrowDown: ["turn", 1], ArrowUp: ["turn", -1], Period: ["sentence", 1], Comma: ["sentence", -1] };
  const KEYS = {
    s: () => picking.whole("sentence"), t: () => picking.whole("turn"), n: nextUncoded, r: markRead, d: finish,
    ...(mayCode ? { c: () => open(passage(), "code"), Enter: () => open(passage(), "code"), m: () => open(passage(), "memo"),
      g: () => open({ turn: picking.turn.dataset.n }, "tag"), i: inVivo, u: undo } : { Enter: () => open(passage()) }),
    "?": () => showHints(), Escape: () => { if (panel) close(); else picking.clear(); },
  };

  text.tabIndex = 0;
  text.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    picking.catchUp();
    const control = event.target.closest("a, button, summary");
    if (control && (event.key === "Enter" || event.key === " ")) return;
    if (event.key === "Delete" && control?.classList.contains("v-chip--mine")) { event.preventDefault(); take(control); return; }
    const move = MOVES[event.key] ?? MOVES[event.code];
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (move) { event.preventDefault(); if (event.shiftKey) picking.extend(...move); else picking.move(...move); tellWhere(); }
    else if (KEYS[key]) { event.preventDefault(); KEYS[key](); if ("stn".includes(key)) tellWhere(); }
  });

  function tellWhere() {
    if (picking.chosen) say(`Turn ${picking.chosen.end.turn.dataset.n}: ${picking.words.slice(0, 300)}`);
  }

  text.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const mark = event.target.closest(".v-chip, path[data-c], path.v-more"), number = event.target.closest(".v-no a");
    if (mark?.dataset.c) { event.preventDefault(); open({ passage: mark.dataset.c }); }
    else if (mark) open({ start: mark.dataset.s, end: mark.dataset.e });
    else if (number) { event.preventDefault(); open({ turn: number.closest(".v-turn").dataset.n }); }
  });

  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && panel?.contains(event.target)) close(); });
  document.querySelector("[data-next]")?.addEventListener("click", (event) => { event.preventDefault(); nextUncoded(); tellWhere(); });

  // -- a button beside what the mouse selected

  const bar = document.createElement("div");
  bar.className = "v-float";
  bar.hidden = true;
  bar.innerHTML = '<button type="button" class="govuk-button govuk-button--secondary">Code these words</button>';
  if (mayCode) document.body.append(bar);
  bar.firstElementChild.addEventListener("click", () => { bar.hidden = true; open(passage(), "code"); });
  document.addEventListener("mouseup", () => setTimeout(() => {
    const box = document.getSelection().rangeCount ? document.getSelection().getRangeAt(0).getBoundingClientRect() : null;
    bar.hidden = !picking.chosen || document.getSelection().isCollapsed || !box?.height;
    if (bar.hidden) return;
    bar.style.top = `${Math.max(0, scrollY + box.bottom + 6)}px`;
    bar.style.left = `${Math.max(10, Math.min(innerWidth - 190, box.left))}px`;
  }));
  document.addEventListener("keydown", () => { bar.hidden = true; });

  // -- hints, once

  const hints = document.querySelector("[data-hints]"), opener = document.querySelector("[data-hints-open]");
  function showHints() { hints.showModal(); }
  opener.hidden = false;
  opener.addEventListener("click", showHints);
  const toText = () => text.focus({ preventScroll: true });
  hints.addEventListener("close", () => { if (![text, panel].some((each) => each?.contains(document.activeElement))) toText(); });
  // A dialog tells that it was closed only a moment later, when the next key may have been pressed.
  hints.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); hints.close(); toText(); });
  try {
    if (!localStorage.getItem("voices-hints-seen")) { localStorage.setItem("voices-hints-seen", "1"); if (!panel) showHints(); }
  } catch { /* a browser that keeps nothing: the hints are under their button */ }

  const picking = new Picking(text, () => light("v-chosen", picking.turns, picking.span));
  const watch = watchLanes(list);
  watchMarks(text, () => picking.turns);
  if (panel) {
    const query = new URLSearchParams(location.search);
    asked = query.has("turn") ? { turn: query.get("turn") } : query.has("passage") ? { passage: query.get("passage") } : null;
    dress("title");
  }
  setInterval(poll, POLL_MS);
  document.documentElement.dataset.readingReady = "1";
}
