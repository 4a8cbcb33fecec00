// The Markdown that model cards are written in, as elements: headings, paragraphs, lists, tables, code, bold.
// Anything else stays the text it is; no markup in a card can become markup of the page.

import { make } from "./dom.js";

const STARTS = /^(#{1,6} |\* |- |\||```)/;

/** Elements for a Markdown text. Headings are moved down by `shift` levels. */
export function elementsOf(markdown, shift = 1) {
  const lines = markdown.split(/\r?\n/);
  const found = [];
  while (lines.length) {
    if (!lines[0].trim()) lines.shift();
    else found.push(block(lines, shift));
  }
  return found;
}

function block(lines, shift) {
  const heading = /^(#{1,6}) (.*)/.exec(lines[0]);
  if (heading) {
    lines.shift();
    return make(`h${Math.min(6, heading[1].length + shift)}`, {}, ...inline(heading[2]));
  }
  if (lines[0].startsWith("```")) return code(lines);
  if (lines[0].startsWith("|")) return table(lines);
  if (/^[*-] /.test(lines[0])) {
    return make("ul", {}, ...taken(lines, (line) => /^[*-] /.test(line)).map((line) => make("li", {}, ...inline(line.slice(2)))));
  }
  const first = lines.shift();
  return make("p", {}, ...inline([first, ...taken(lines, (line) => line.trim() && !STARTS.test(line))].join(" ")));
}

/** Remove and return the lines at the start that are of one kind. */
function taken(lines, isOfKind) {
  const end = lines.findIndex((line) => !isOfKind(line));
  return lines.splice(0, end < 0 ? lines.length : end);
}

function code(lines) {
  lines.shift();
  const held = taken(lines, (line) => !line.startsWith("```"));
  lines.shift();
  return make("pre", { tabindex: "0" }, make("code", { text: held.join("\n") }));
}

function table(lines) {
  const [head, , ...rows] = taken(lines, (line) => line.startsWith("|")).map(cells);
  const heads = head.map((text) => make("th", { scope: "col" }, ...inline(text)));
  const body = rows.map((row) => make("tr", {}, ...row.map((text, place) => (
    place ? make("td", {}, ...inline(text)) : make("th", { scope: "row" }, ...inline(text))))));
  return make("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "table" },
    make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...body)));
}

/** The cells of one row; `\|` is no border. */
function cells(line) {
  return line.replace(/^\||\|\s*$/g, "").split(/(?<!\\)\|/).map((text) => text.trim());
}

/** Bold, code, and text with its escapes taken away. */
function inline(text) {
  return text.split(/(\*\*.+?\*\*(?!\*)|`[^`]+`)/).filter(Boolean).map((part) => {
    if (/^\*\*.+\*\*$/.test(part)) return make("strong", { text: plain(part.slice(2, -2)) });
    if (/^`.+`$/.test(part)) return make("code", { text: plain(part.slice(1, -1)) });
    return plain(part);
  });
}

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const plain = (text) => text.replace(/\\([\\`*_[\]<>|#])/g, "$1").replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);
