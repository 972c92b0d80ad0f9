// Positions in a text. The server counts Unicode code points; a browser counts UTF-16 units, of which an emoji has two.
// Everything that crosses that edge is converted here, and nowhere else.

const isHigh = (unit) => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit) => unit >= 0xdc00 && unit <= 0xdfff;

/** How many code points the first `units` UTF-16 units of a text are. Inside a pair: those before it. */
export function codePoints(text, units) {
  let count = 0;
  for (let at = 0; at < units; at += 1) {
    if (isLow(text.charCodeAt(at)) && at > 0 && isHigh(text.charCodeAt(at - 1))) continue;
    count += 1;
  }
  const cutsPair = units > 0 && units < text.length && isHigh(text.charCodeAt(units - 1)) && isLow(text.charCodeAt(units));
  return cutsPair ? count - 1 : count;
}

/** The UTF-16 unit at which the code point number `points` begins. */
export function units(text, points) {
  let at = 0;
  for (let count = 0; count < points && at < text.length; count += 1) {
    at += isHigh(text.charCodeAt(at)) && at + 1 < text.length && isLow(text.charCodeAt(at + 1)) ? 2 : 1;
  }
  return at;
}

const parts = (granularity) => (globalThis.Intl?.Segmenter ? new Intl.Segmenter("en", { granularity }) : null);
const graphemes = parts("grapheme"), words = parts("word"), sentences = parts("sentence");

/** The same place, moved outwards where it stands inside what is seen as one character. */
export function snapped(text, at, outwards) {
  const inside = graphemes?.segment(text).containing(at);
  if (!inside || inside.index === at) return at;
  return outwards === "start" ? inside.index : inside.index + inside.segment.length;
}

/** [[start, end], ...] of the words of a text, in UTF-16 units. */
export function wordsOf(text) {
  if (!words) return [...text.matchAll(/[^\s]+/gu)].map((found) => [found.index, found.index + found[0].length]);
  return [...words.segment(text)].filter((part) => part.isWordLike).map((part) => [part.index, part.index + part.segment.length]);
}

/** [[start, end], ...] of the sentences of a text without the blanks between them. */
export function sentencesOf(text) {
  const found = sentences
    ? [...sentences.segment(text)].map((part) => [part.index, part.segment])
    : [...text.matchAll(/[^.!?]+[.!?]*/gu)].map((part) => [part.index, part[0]]);
  return found.filter(([, part]) => part.trim()).map(([at, part]) => {
    const start = at + part.length - part.trimStart().length;
    return [start, start + part.trim().length];
  });
}
