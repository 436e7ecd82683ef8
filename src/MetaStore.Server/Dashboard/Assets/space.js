// Disk usage of each member's store.

import { el, setText, setAttribute } from "./dom.js";
import { bytes } from "./format.js";
import { nameOf } from "./health.js";

export class SpacePanel {
  #rows = new Map();

  constructor() {
    this.node = el("ul", { class: "space" });
  }

  update(look) {
    for (const [id, kept] of this.#rows) {
      if (!look.members.some((member) => member.id === id)) {
        kept.node.remove();
        this.#rows.delete(id);
      }
    }
    for (const member of look.members) this.#show(member);
  }

  #show(member) {
    let kept = this.#rows.get(member.id);
    if (!kept) {
      kept = { name: el("b"), text: el("span", { class: "muted" }), used: el("span", { class: "used" }), file: el("span", { class: "file" }) };
      kept.bar = el("span", { class: "bar", "aria-hidden": "true" }, kept.file, kept.used);
      kept.node = el("li", {}, el("span", { class: "line" }, kept.name, kept.text), kept.bar);
      this.#rows.set(member.id, kept);
      this.node.append(kept.node);
    }
    setText(kept.name, nameOf(member));
    const { status } = member;
    if (!status) {
      setText(kept.text, "not known while it is down");
      kept.bar.hidden = true;
      return;
    }
    kept.bar.hidden = false;
    const whole = status.db_quota > 0 ? status.db_quota : Math.max(status.db_size, 1);
    const share = (100 * status.db_size) / whole;
    setText(kept.text, `${bytes(status.db_in_use)} in use, ${bytes(status.db_size)} held` +
      (status.db_quota > 0 ? `, of ${bytes(status.db_quota)} (${share < 10 ? share.toFixed(1) : share.toFixed(0)} %)` : ", without a quota"));
    kept.used.style.width = `${Math.min(100, (100 * status.db_in_use) / whole)}%`;
    kept.file.style.width = `${Math.min(100, share)}%`;
    setAttribute(kept.node, "data-level", share > 90 ? "bad" : share > 75 ? "warn" : "");
  }
}
