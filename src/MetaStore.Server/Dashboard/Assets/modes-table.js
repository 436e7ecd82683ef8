// Statistics of each mode since the member started.

import { el, row, table } from "./dom.js";
import { count, duration, short } from "./format.js";
import { modeName } from "./modes.js";

const COLUMNS = ["Mode", "In force", "Puts", "Entries", "Puts per entry"];

export class ModesTable {
  constructor() {
    this.table = table("Statistics by mode", COLUMNS);
    this.empty = el("p", { class: "muted" }, "This member has no statistics by mode.");
    this.since = el("p", { class: "muted" });
    this.node = el("div", { class: "card" }, el("h3", {}, "By mode"), this.since, this.empty, this.table.node);
  }

  update(stats) {
    const modes = stats?.modes ?? [];
    this.empty.hidden = modes.length > 0;
    this.table.node.hidden = modes.length === 0;
    const since = stats?.since_change;
    this.since.textContent = since
      ? `Since the last change, ${duration(since.duration_us)}: ${count(since.proposals)} puts in ${count(since.batches)} entries.`
      : "";
    this.table.body.replaceChildren(...modes.map((mode) => row(COLUMNS, [
      el("b", {}, modeName(mode.policy, mode.flush_when_idle)), duration(mode.duration_us), count(mode.proposals), count(mode.batches),
      mode.batches > 0 ? short(mode.proposals / mode.batches) : "–",
    ])));
  }
}
