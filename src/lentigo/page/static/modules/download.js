// The answers as files: JSON with everything, CSV with the columns of `lentigo predict`.

/** Answers as JSON text, saliency maps included. */
export function asJson(items, facts, notice) {
  const predictions = items.filter((item) => item.row || item.problem).map((item) => (
    { ...rowOf(item, facts), saliency: item.row?.saliency ?? null, request_id: item.requestId ?? item.problem?.requestId ?? null }));
  const { name, created, split_hash } = facts.json;
  const when = new Date().toISOString();
  return JSON.stringify({ notice, model: { name, created, split_hash }, downloaded: when, predictions }, null, 2);
}

/** Answers as CSV text, one row an image, with the columns of the server's rows. */
export function asCsv(items, facts, notice) {
  const rows = items.filter((item) => item.row || item.problem).map((item) => ({ ...rowOf(item, facts), notice }));
  const columns = Object.keys(rows.find((row) => row.class) ?? rows[0] ?? {}).filter((name) => name !== "saliency");
  const lines = [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))];
  return lines.map((line) => `${line.map(quoted).join(",")}\r\n`).join("");
}

/** The server's row under the name the page knows, or the reason why there is none. */
function rowOf(item, facts) {
  if (!item.row) return { image: item.name, class: "", ...Object.fromEntries(facts.names.map((name) => [name, null])), error: item.problem.message };
  const { index, ...row } = item.row;
  return { ...row, image: item.name };
}

/** A value as `lentigo predict` writes it. */
function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "True" : "False";
  return Array.isArray(value) ? value.join("; ") : String(value);
}

/** A text that a spreadsheet would run as a formula is set off by an apostrophe. */
function quoted(text) {
  const isFormula = /^(?:'*\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|'*[\t\r\n])/.test(text);
  const isNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text);
  const harmless = isFormula && !isNumber ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Hand a text to the user as a file. */
export function save(text, name, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
