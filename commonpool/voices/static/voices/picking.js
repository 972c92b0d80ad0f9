// Which words are selected, by mouse or by keyboard, and where the next word, sentence and turn stand.
import { codePoints, sentencesOf, snapped, units, wordsOf } from "./positions.js";

const LIVE_MARGIN_PX = 90;
const known = new WeakMap();

export const wordsIn = (turn) => turn.querySelector(".v-words");
export const textOf = (turn) => wordsIn(turn).textContent;
const from = (turn) => Number(turn.dataset.from);

/** [[start, end], ...] of the words, the sentences or the whole of a turn, in UTF-16 units. */
function partsOf(turn, kind) {
  const text = textOf(turn);
  if (kind === "turn") return text.trim() ? [[0, text.length]] : [];
  if (!known.has(turn)) known.set(turn, {});
  const held = known.get(turn);
  held[kind] ??= kind === "word" ? wordsOf(text) : sentencesOf(text);
  return held[kind];
}

/** The text node of a turn's words that holds a place, and the place within it. */
function nodeAt(turn, at) {
  const walker = document.createTreeWalker(wordsIn(turn), NodeFilter.SHOW_TEXT);
  let node = walker.nextNode(), last = null, left = at;
  while (node) {
    if (left <= node.length) return [node, left];
    left -= node.length;
    last = node;
    node = walker.nextNode();
  }
  return last ? [last, last.length] : [wordsIn(turn), 0];
}

/** The range of the page from one place to another; a place is {turn, at}. */
export function rangeFrom(start, end) {
  const range = document.createRange();
  range.setStart(...nodeAt(start.turn, start.at));
  range.setEnd(...nodeAt(end.turn, end.at));
  return range;
}

/** The place of a code point of the whole text, among turns in order; at a passage's end the turn before counts. */
export function placeOf(turns, point, isEnd = false) {
  let low = 0, high = turns.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isEnd ? from(turns[middle]) < point : from(turns[middle]) <= point) low = middle; else high = middle - 1;
  }
  const turn = turns[low], text = textOf(turn);
  return { turn, at: Math.min(text.length, units(text, Math.max(0, point - from(turn)))) };
}

const before = (one, other) => one.turn === other.turn ? one.at < other.at
  : Boolean(one.turn.compareDocumentPosition(other.turn) & Node.DOCUMENT_POSITION_FOLLOWING);

/** The place of a point of the page, or null where it is in no turn. Beside the words: their beginning or end. */
function placeAt(node, offset) {
  const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  const turn = element?.closest(".v-turn");
  if (!turn) return null;
  const words = wordsIn(turn), range = document.createRange();
  range.selectNodeContents(words);
  const side = range.comparePoint(node, offset);
  if (side !== 0) return { turn, at: side < 0 ? 0 : textOf(turn).length };
  range.setEnd(node, offset);
  return { turn, at: range.toString().length };
}

/** The two ends of what the browser has selected. */
const endsOf = ({ anchorNode, anchorOffset, focusNode, focusOffset }) => [anchorNode, anchorOffset, focusNode, focusOffset];

/** What is selected: {start, end} as places, or null. It is kept when the focus goes elsewhere. */
export class Picking {
  constructor(text, onChange) {
    this.text = text;
    this.chosen = null;
    this.seen = [];
    this.onChange = onChange;
    document.addEventListener("selectionchange", () => this.follow());
  }

  get turns() { return [...this.text.querySelectorAll(".v-turn")]; }

  /** Take over what the mouse selected in the text. */
  follow() {
    const selection = document.getSelection();
    this.seen = endsOf(selection);
    if (!selection.rangeCount || !this.text.contains(selection.anchorNode) || !this.text.contains(selection.focusNode)) return;
    const range = selection.getRangeAt(0);
    const start = placeAt(range.startContainer, range.startOffset), end = placeAt(range.endContainer, range.endOffset);
    if (!start || !end) return;
    this.chosen = before(start, end) ? { start, end } : null;
    this.cursor = end;
    this.onChange();
  }

  /** The same before a key is obeyed: a browser tells of a selection only a moment after it was made. */
  catchUp() {
    const ends = endsOf(document.getSelection());
    if (ends.some((end, at) => end !== this.seen[at])) this.follow();
  }

  /** Select from one place to another. */
  choose(start, end) {
    this.chosen = { start, end };
    this.cursor = end;
    const range = rangeFrom(start, end);
    document.getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
    this.seen = endsOf(document.getSelection());
    this.intoView(range);
    this.onChange();
  }

  /** Select again what was selected, after turns were drawn anew. */
  restore() {
    if (!this.chosen) return;
    const anew = ({ turn, at }) => ({ turn: document.getElementById(turn.id) ?? turn, at });
    this.chosen = { start: anew(this.chosen.start), end: anew(this.chosen.end) };
    this.cursor = this.chosen.end;
    if (this.text.contains(document.activeElement)) this.choose(this.chosen.start, this.chosen.end);
  }

  clear() {
    this.chosen = null;
    this.onChange();
  }

  intoView(range) {
    const box = range.getBoundingClientRect();
    if (box.height && box.top >= LIVE_MARGIN_PX && box.bottom <= innerHeight - LIVE_MARGIN_PX) return;
    const turn = this.chosen.end.turn;
    if (!box.height || turn.offsetHeight < innerHeight / 2) turn.scrollIntoView({ block: "center" });
    else scrollBy(0, box.bottom - innerHeight / 2);
  }

  /** The turn at which one is: that of the selection, or the first one in view. */
  get turn() {
    if (this.cursor?.turn?.isConnected) return this.cursor.turn;
    return this.turns.find((turn) => turn.getBoundingClientRect().bottom > LIVE_MARGIN_PX) ?? this.turns[0];
  }

  /** Select the next or previous word, sentence or turn. */
  move(kind, step) {
    const at = this.chosen ? (step > 0 ? this.chosen.end : this.chosen.start) : this.cursor ?? { turn: this.turn, at: 0 };
    const found = step > 0
      ? this.#search(kind, at.turn, 1, ([start]) => start >= at.at)
      : this.#search(kind, at.turn, -1, ([, end]) => end <= at.at);
    if (found) this.choose(...found);
  }

  /** Lengthen (1) or shorten (-1) what is selected at its end. */
  extend(kind, step) {
    if (!this.chosen) { this.move(kind, 1); return; }
    const { start, end } = this.chosen;
    const found = step > 0
      ? this.#search(kind, end.turn, 1, ([, ends]) => ends > end.at)
      : this.#search(kind, end.turn, -1, ([, ends]) => ends < end.at);
    if (found && before(start, found[1])) this.choose(start, found[1]);
  }

  /** Select the sentence or the turn at which one is; behind a turn's last word, its last. */
  whole(kind) {
    const { turn, at } = this.chosen?.start ?? this.cursor ?? { turn: this.turn, at: 0 };
    const parts = partsOf(turn, kind), here = parts.find(([, end]) => end > at) ?? parts.at(-1);
    const found = here ? here.map((place) => ({ turn, at: place })) : this.#search(kind, turn, 1, () => true);
    if (found) this.choose(...found);
  }

  #search(kind, turn, step, fits) {
    let parts = partsOf(turn, kind);
    let found = step > 0 ? parts.find(fits) : parts.findLast(fits);
    const turns = this.turns;
    for (let at = turns.indexOf(turn) + step; !found && turns[at]; at += step) {
      turn = turns[at];
      parts = partsOf(turn, kind);
      found = step > 0 ? parts[0] : parts.at(-1);
    }
    return found && [{ turn, at: found[0] }, { turn, at: found[1] }];
  }

  /** {start, end} in code points of the whole text, never within a letter; null where nothing is selected. */
  get span() {
    if (!this.chosen) return null;
    const point = ({ turn, at }, side) => from(turn) + codePoints(textOf(turn), snapped(textOf(turn), at, side));
    return { start: point(this.chosen.start, "start"), end: point(this.chosen.end, "end") };
  }

  get words() {
    return this.chosen ? rangeFrom(this.chosen.start, this.chosen.end).toString() : "";
  }
}
