// The key figures at the top.

import { el, setText, setAttribute } from "./dom.js";

/** A row of tiles, each with a name and a value. */
export class Tiles {
  #values = new Map();

  /** @param {[string, string][]} names key and heading */
  constructor(names) {
    this.node = el("dl", { class: "tiles" }, ...names.map(([key, name]) => {
      const value = el("dd", {}, "–");
      const note = el("dd", { class: "note muted" });
      this.#values.set(key, { value, note });
      return el("div", { class: "tile card" }, el("dt", {}, name), value, note);
    }));
  }

  /** @param {string} key @param {string} value @param {string} note @param {string} level */
  set(key, value, note = "", level = "") {
    const tile = this.#values.get(key);
    setText(tile.value, value);
    setText(tile.note, note);
    setAttribute(tile.value.parentElement, "data-level", level);
  }
}
