// The key browser: a list, one key with its history, and a tail of changes.

import { el } from "./dom.js";
import { KeyList } from "./key-list.js";
import { KeyDetail } from "./key-detail.js";
import { Tail } from "./tail.js";
import { onSignedIn } from "./sign-in.js";

export class KeysView {
  #isLoaded = false;

  /** @param {HTMLElement} section */
  constructor(section) {
    onSignedIn(() => {
      if (this.#isLoaded) this.list.load();
    });
    this.detail = new KeyDetail();
    this.list = new KeyList((key) => this.detail.open(key));
    this.tail = new Tail(() => this.list.prefix);
    section.append(
      el("p", { class: "muted" }, "As this member has it, also without a leader; a member that lags shows an older state."),
      el("div", { class: "pair keys" }, this.list.node, this.detail.node), this.tail.node);
  }

  shown() {
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    this.list.load();
  }
}
