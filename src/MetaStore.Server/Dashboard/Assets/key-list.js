// Keys with a prefix, page by page.

import { el, row, setText, table } from "./dom.js";
import { ask } from "./lines.js";
import { asLine, fromBase64, fromTyped, toBase64 } from "./bytes.js";
import { count, plural } from "./format.js";

const COLUMNS = ["Key", "Version", "Changed at"];
const PAGE = 50;

/** Maximum bytes of a key shown in the list. */
const SHOWN = 160;

export class KeyList {
  #pages = [""];
  #next = "";

  /** @param {(key: string) => void} onOpen gets a key in base64 */
  constructor(onOpen) {
    this.onOpen = onOpen;
    this.input = el("input", { id: "prefix", type: "text", autocomplete: "off", spellcheck: "false", placeholder: "all keys", maxlength: 2048 });
    this.status = el("p", { role: "status", class: "muted" }, "");
    this.table = table("Keys", COLUMNS);
    this.back = el("button", { type: "button", class: "plain", on: { click: () => this.#turn(-1) } }, "Previous");
    this.forth = el("button", { type: "button", class: "plain", on: { click: () => this.#turn(1) } }, "Next");
    this.node = el("div", { class: "card" }, el("h3", {}, "Browse"),
      el("form", { class: "bar-row", role: "search", on: { submit: (event) => this.#search(event) } },
        el("label", { for: "prefix" }, "Prefix"), this.input, el("button", { type: "submit" }, "Show")),
      this.status, this.table.node, el("div", { class: "bar-row" }, this.back, this.forth));
  }

  /** The typed prefix, in base64. */
  get prefix() {
    return toBase64(fromTyped(this.input.value));
  }

  /** Reloads the current page. */
  async load() {
    this.shownPrefix ??= this.prefix;
    try {
      const page = await ask("keys", { prefix: this.shownPrefix, from: this.#pages.at(-1), limit: PAGE });
      this.#show(page);
    } catch (failure) {
      setText(this.status, failure.message);
    }
  }

  #search(event) {
    event.preventDefault();
    this.shownPrefix = this.prefix;
    this.#pages = [""];
    this.load();
  }

  #turn(step) {
    if (step > 0) this.#pages.push(this.#next);
    else this.#pages.pop();
    this.load();
  }

  #show(page) {
    const left = Number(page.count);
    const from = (this.#pages.length - 1) * PAGE;
    const shown = page.keys.length > 0 ? `${from + 1} to ${from + page.keys.length} shown` : "nothing to show";
    setText(this.status, `${plural(left + from, "key", "keys")}, ${shown}, at revision ${page.revision}`);
    this.table.body.replaceChildren(...page.keys.map((pair) => this.#row(pair)));
    this.back.disabled = this.#pages.length === 1;
    this.forth.disabled = !page.more;
    const last = page.keys.at(-1);
    if (last) this.#next = toBase64(Uint8Array.from([...fromBase64(last.key), isCut(last) ? 0xff : 0]));
  }

  #row(pair) {
    const name = asLine(fromBase64(pair.key).subarray(0, SHOWN), pair.key_bytes > SHOWN) + (pair.key_bytes > SHOWN ? ` (${count(pair.key_bytes)} bytes)` : "");
    const open = isCut(pair)
      ? el("span", { class: "mono", title: "too long to be opened here" }, name)
      : el("button", { type: "button", class: "link mono", on: { click: () => this.onOpen(pair.key) } }, el("bdi", {}, name));
    return row(COLUMNS, [open, el("span", { class: "num" }, pair.version), el("span", { class: "num" }, pair.mod_revision)]);
  }
}

function isCut(pair) {
  return fromBase64(pair.key).length < pair.key_bytes;
}
