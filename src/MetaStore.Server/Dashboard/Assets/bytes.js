// Displays bytes of keys and values, which may be anything that a client stored.

const strict = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

/** @param {string} base64 @returns {Uint8Array} */
export function fromBase64(base64) {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

/** Parses typed text as bytes; \xNN is one byte and \\ a backslash. */
export function fromTyped(text) {
  const bytes = [];
  for (const part of text.match(/\\x[0-9a-fA-F]{2}|\\\\|[^\\]+|\\/g) ?? []) {
    if (/^\\x/.test(part)) bytes.push(parseInt(part.slice(2), 16));
    else bytes.push(...encoder.encode(part === "\\\\" ? "\\" : part));
  }
  return Uint8Array.from(bytes);
}

/** The text, or null when the bytes are not UTF-8. @param {Uint8Array} bytes */
export function asText(bytes) {
  try {
    const text = strict.decode(bytes);
    return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** Text on one line, with invisible and bidirectional control characters escaped. */
export function asLine(bytes, isCut = false) {
  const text = asText(bytes);
  const line = text === null
    ? [...bytes].map((byte) => (byte >= 0x20 && byte < 0x7f && byte !== 0x5c ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`)).join("")
    : text.replace(/\\/g, "\\\\").replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) =>
      [...encoder.encode(char)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join(""));
  return isCut ? line + "…" : line;
}

/** Hex dump with sixteen bytes per line: offset, bytes, characters. */
export function asHex(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const part = [...bytes.subarray(at, at + 16)];
    const hex = part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ").padEnd(47);
    const text = part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${at.toString(16).padStart(6, "0")}  ${hex}  ${text}`);
  }
  return lines.join("\n");
}
