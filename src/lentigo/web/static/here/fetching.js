// Files of this folder, read from where the page lies; each must be the one that was exported.

const AGAIN = "copy the folder again, or export it again";

/** The text of a file. */
export async function textOf(address) {
  return new TextDecoder().decode(await bytesOf(address));
}

/** The bytes of a file. @param expected `{sha256, size_bytes}` of `bundle.json`. */
export async function bytesOf(address, expected = null) {
  const name = address.pathname.split("/").at(-1);
  const answer = await fetch(address, { credentials: "omit" }).catch(() => null);
  if (!answer?.ok) throw new Error(`${name} cannot be read (${answer?.status ?? "no answer"}); see whether the server still gives out the whole folder`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const found = expected && await sha256(bytes);
  if (expected && (bytes.length !== expected.size_bytes || (found && found !== expected.sha256))) {
    throw new Error(`${name} is not the file that was exported; ${AGAIN}`);
  }
  return bytes;
}

/** SHA-256 in hexadecimal digits; "" where the browser has none, which is so at addresses without https. */
export async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) return "";
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
