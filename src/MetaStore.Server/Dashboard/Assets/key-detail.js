// One key: its value as text, JSON or bytes, and all versions that are not compacted.

import { el, row, setText, table } from "./dom.js";
import { ask } from "./lines.js";
import { asHex, asLine, asText, fromBase64 } from "./bytes.js";
import { prettyJson } from "./json-text.js";
import { bytes, plural } from "./format.js";

const COLUMNS = ["Revision", "Change", "Value"];
const PAGE = 20;

/** Maximum bytes of the key in the heading. */
const SHOWN = 320;

export class KeyDetail {
  #key = "";
  #value = new Uint8Array();
  #oldest = "0";

  constructor() {
    this.title = el("h3", { tabindex: -1 }, "Key");
    this.facts = el("p", { class: "muted" }, "Choose a key on the list.");
    this.forms = el("div", { class: "bar-row", role: "group", "aria-label": "Show the value as", hidden: true },
      ...["JSON", "Text", "Bytes"].map((form) => el("button", { type: "button", class: "plain", on: { click: () => this.#show(form) } }, form)));
    this.value = el("pre", { class: "value mono", tabindex: 0, role: "region", "aria-label": "Value", hidden: true });
    this.table = table("History", COLUMNS);
    this.note = el("p", { class: "muted" });
    this.more = el("button", { type: "button", class: "plain", on: { click: () => this.#older() } }, "Older");
    this.history = el("div", { hidden: true }, el("h4", {}, "History"), this.note, this.table.node, this.more);
    this.node = el("div", { class: "card" }, this.title, this.facts, this.forms, this.value, this.history);
  }

  /** @param {string} key in base64 */
  async open(key) {
    this.#key = key;
    this.#oldest = "0";
    this.title.replaceChildren("Key ", el("bdi", { class: "mono" }, asLine(fromBase64(key).subarray(0, SHOWN), fromBase64(key).length > SHOWN)));
    this.table.body.replaceChildren();
    this.title.focus();
    await this.#version("0");
    await this.#older();
  }

  async #version(revision) {
    const key = this.#key;
    try {
      const pair = await ask("value", { key, revision });
      if (key !== this.#key) return;
      this.#showPair(pair, revision);
    } catch (failure) {
      this.#empty(failure.message);
    }
  }

  #showPair(pair, revision) {
    if (!pair.found) {
      this.#empty(revision === "0" ? "The key does not exist now." : `The key did not exist at revision ${revision}.`);
      return;
    }
    this.#value = fromBase64(pair.value);
    const cut = this.#value.length < pair.value_bytes ? `, the first ${bytes(this.#value.length)} shown` : "";
    setText(this.facts, `Version ${pair.version}, changed at revision ${pair.mod_revision}, created at ${pair.create_revision}, ` +
      `${bytes(pair.value_bytes)}${cut}${pair.lease === "0" ? "" : `, lease ${pair.lease}`}`);
    this.forms.hidden = this.value.hidden = false;
    const text = asText(this.#value);
    this.#show(text === null ? "Bytes" : prettyJson(text) === null ? "Text" : "JSON");
  }

  #empty(why) {
    setText(this.facts, why);
    this.forms.hidden = this.value.hidden = true;
  }

  #show(form) {
    const text = asText(this.#value);
    const texts = { JSON: text === null ? null : prettyJson(text), Text: text, Bytes: asHex(this.#value) };
    for (const button of this.forms.children) {
      button.disabled = texts[button.textContent] === null;
      button.setAttribute("aria-pressed", String(button.textContent === form));
    }
    setText(this.value, texts[form]);
  }

  async #older() {
    const key = this.#key;
    try {
      const history = await ask("history", { key, before: this.#oldest, limit: PAGE });
      if (key !== this.#key) return;
      this.history.hidden = false;
      this.table.body.append(...history.changes.map((change) => this.#row(change)));
      this.#oldest = history.changes.at(-1)?.mod_revision ?? this.#oldest;
      this.more.hidden = !history.more;
      setText(this.note, `${plural(this.table.body.children.length, "change", "changes")}${history.more ? " so far" : ""}. ` +
        (history.compacted_revision === "0" ? "Nothing was compacted yet." : `Revisions before ${history.compacted_revision} are compacted.`));
    } catch (failure) {
      setText(this.note, failure.message);
    }
  }

  #row(change) {
    const kind = change.delete ? "deleted" : change.version === "1" ? "created" : `put, version ${change.version}`;
    const value = fromBase64(change.value ?? "");
    const text = change.value === undefined ? (change.delete ? "" : "compacted") : asLine(value.subarray(0, 120), change.value_bytes > 120);
    const open = el("button", { type: "button", class: "link num", "aria-label": `Show revision ${change.mod_revision}`, on: { click: () => this.#version(change.mod_revision) } }, change.mod_revision);
    return row(COLUMNS, [open, kind, el("bdi", { class: "mono cut" }, text)]);
  }
}
