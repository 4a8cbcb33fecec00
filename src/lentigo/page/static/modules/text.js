// Numbers and names as text.

/** A probability as a percentage that never says more than is known: 0 % and 100 % are not reached. */
export function percent(probability) {
  if (typeof probability !== "number" || !Number.isFinite(probability)) return "undefined";
  if (probability < 0.001) return "< 0.1 %";
  if (probability > 0.999) return "> 99.9 %";
  return `${(100 * probability).toFixed(1)} %`;
}

/** A probability as a percentage that can be compared with another one, however close to 0 or 1 both are. */
export function exactPercent(probability) {
  const share = 100 * probability;
  const rest = Math.min(share, 100 - share);
  if (rest > 0 && rest < 0.00005) return share < 50 ? "< 0.0001 %" : "> 99.9999 %";
  if (rest >= 0.1 || rest <= 0) return `${share.toFixed(1)} %`;
  return `${Number(share.toFixed(Math.ceil(-Math.log10(rest)) + 1))} %`;
}

/** `0.812 [0.774, 0.848]`; what has no value is undefined, never 0. */
export function interval(figure) {
  if (typeof figure?.value !== "number") return "undefined";
  const hasEnds = typeof figure.low === "number" && typeof figure.high === "number";
  const ends = hasEnds ? `${figure.low.toFixed(3)}, ${figure.high.toFixed(3)}` : "interval undefined";
  return `${figure.value.toFixed(3)} [${ends}]`;
}

/** Bytes as people say them. */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** `a, b or c`. */
export function list(words, last = "and") {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}

export const count = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Text in which every invisible or reordering character shows as its code point, as `visible` in captions.py. */
export function visible(text) {
  const asCode = (sign) => `[U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`;
  return String(text).replace(/[\t\n\r]/g, " ").replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, asCode);
}
