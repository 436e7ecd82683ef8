// Streaming responses: one JSON value per line.

import { identity, noteRefusal } from "./sign-in.js";

const LINE_MAX = 4 * 1024 * 1024;

/**
 * Reads a response line by line until it ends.
 * @param {Response} response
 * @param {(value: any) => void} onLine
 */
export async function readLines(response, onLine) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    if (rest.length > LINE_MAX) throw new Error("a line is too long");
    for (const line of lines) {
      if (line.length > 0) onLine(JSON.parse(line));
    }
  }
}

/** Reads one JSON response; throws the member's error text when it failed. */
export async function ask(path, parameters = {}, options = {}) {
  const query = new URLSearchParams(parameters).toString();
  const response = await fetch(`/dashboard/api/${path}${query ? "?" + query : ""}`, { cache: "no-store", ...options, headers: { ...options.headers, ...identity() } });
  if (!response.ok) {
    const why = (await response.text()).trim();
    noteRefusal(why);
    throw new Error(why || `the member responded with ${response.status}`);
  }
  return response.json();
}
