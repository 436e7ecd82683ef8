// A live list of changes.

import { el, setText } from "./dom.js";
import { readLines } from "./lines.js";
import { asLine, fromBase64 } from "./bytes.js";
import { count } from "./format.js";
import { identity, noteRefusal } from "./sign-in.js";

const LINES_MAX = 200;

export class Tail {
  #open = null;
  #waiting = [];
  #leftOut = 0;
  #frame = 0;

  /** @param {() => string} prefix returns the prefix in base64 */
  constructor(prefix) {
    this.prefix = prefix;
    this.button = el("button", { type: "button", "aria-pressed": "false", on: { click: () => (this.#open ? this.#stop("Stopped.") : this.#start()) } }, "Follow changes");
    this.status = el("p", { class: "muted", role: "status" }, "Shows puts and deletes of keys with the prefix above.");
    this.skipped = el("p", { class: "muted" });
    this.list = el("ol", { class: "tail mono", tabindex: 0, "aria-label": "Changes, the newest first", hidden: true });
    this.node = el("div", { class: "card" }, el("h3", {}, "Tail"), el("div", { class: "bar-row" }, this.button, this.status), this.skipped, this.list);
  }

  async #start() {
    const control = new AbortController();
    this.#open = control;
    this.#leftOut = 0;
    setText(this.skipped, "");
    this.button.textContent = "Stop";
    this.button.setAttribute("aria-pressed", "true");
    this.list.replaceChildren();
    this.list.hidden = false;
    let why = "The member has ended the stream.";
    try {
      const query = new URLSearchParams({ prefix: this.prefix() });
      const response = await fetch(`/dashboard/api/watch?${query}`, { signal: control.signal, cache: "no-store", headers: identity() });
      if (!response.ok) throw new Error((await response.text()).trim());
      await readLines(response, (line) => {
        // The first line confirms the watch: later writes are shown.
        setText(this.status, "Following.");
        if (line.ended) why = line.ended;
        this.#take(line);
      });
    } catch (failure) {
      why = failure instanceof TypeError ? "The member does not respond." : failure.message;
    }
    noteRefusal(why);
    if (this.#open === control) this.#stop(why);
  }

  #stop(why) {
    const control = this.#open;
    this.#open = null;
    control?.abort();
    this.button.textContent = "Follow changes";
    this.button.setAttribute("aria-pressed", "false");
    setText(this.status, why);
  }

  #take(line) {
    this.#leftOut += line.left_out ?? 0;
    this.#waiting.push(...(line.changes ?? []));
    if (this.#waiting.length > LINES_MAX) this.#waiting.splice(0, this.#waiting.length - LINES_MAX);
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#frame = 0;
    this.list.prepend(...this.#waiting.reverse().map(entry));
    this.#waiting = [];
    while (this.list.children.length > LINES_MAX) this.list.lastElementChild.remove();
    if (this.#leftOut > 0) setText(this.skipped, `${count(this.#leftOut)} changes were left out: more than 100 came in a second.`);
  }
}

function entry(change) {
  const key = fromBase64(change.key);
  const value = fromBase64(change.value);
  return el("li", {},
    el("span", { class: "muted" }, change.mod_revision), el("b", { "data-level": change.delete ? "bad" : "ok" }, change.delete ? "DELETE" : "PUT"),
    el("bdi", {}, asLine(key.subarray(0, 120), change.key_bytes > 120)),
    el("bdi", { class: "cut" }, change.delete ? "" : asLine(value.subarray(0, 160), change.value_bytes > 160)));
}
