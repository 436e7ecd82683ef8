// Formats JSON with line breaks, token by token: numbers and duplicate names are kept as written.

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** @param {string} text @returns {string|null} null when the text is not a JSON object or array */
export function prettyJson(text) {
  if (!/^\s*[{[]/.test(text)) return null;
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  let out = "";
  let depth = 0;
  const tokens = text.match(TOKEN);
  const line = () => "\n" + "  ".repeat(Math.min(depth, 50));
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === "{" || token === "[") {
      const isEmpty = tokens[i + 1] === "}" || tokens[i + 1] === "]";
      out += token;
      depth++;
      if (!isEmpty) out += line();
    } else if (token === "}" || token === "]") {
      depth--;
      out += (tokens[i - 1] === "{" || tokens[i - 1] === "[" ? "" : line()) + token;
    } else {
      out += token === "," ? "," + line() : token === ":" ? ": " : token;
    }
  }
  return out;
}
