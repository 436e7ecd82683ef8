// One row per member, updated in place.

import { el, row, setText, setAttribute, table } from "./dom.js";
import { bytes, count, micros, short } from "./format.js";
import { nameOf } from "./health.js";

const COLUMNS = ["Member", "State", "Term", "Applied index", "Lag", "Revision", "Puts/s", "Space in use", "Response time"];

export class MembersTable {
  #rows = new Map();

  constructor() {
    this.table = table("Members", COLUMNS);
    this.node = this.table.node;
  }

  update(look, health, series) {
    for (const [id, kept] of this.#rows) {
      if (!look.members.some((member) => member.id === id)) {
        kept.node.remove();
        this.#rows.delete(id);
      }
    }
    for (const member of look.members) this.#show(member, look, health, series);
  }

  #show(member, look, health, series) {
    let kept = this.#rows.get(member.id);
    if (!kept) {
      kept = {
        name: el("b"), id: el("span", { class: "mono muted" }), state: el("span", { class: "state" }), why: el("span", { class: "muted why" }),
        cells: COLUMNS.slice(2).map(() => el("span", { class: "num" })),
      };
      kept.node = row(COLUMNS, [el("span", { class: "who" }, kept.name, kept.id), el("span", { class: "who" }, kept.state, kept.why), ...kept.cells]);
      this.#rows.set(member.id, kept);
      this.table.body.append(kept.node);
    }
    const { status } = member;
    const lag = status ? Math.max(0, health.commit - status.applied_index) : null;
    const [state, level] = stateOf(member, health);
    setText(kept.name, nameOf(member) + (member.id === look.self ? " (this one)" : ""));
    setText(kept.id, member.id);
    setText(kept.state, state);
    setAttribute(kept.state, "data-level", level);
    setText(kept.why, member.up ? "" : member.error);
    const texts = [
      count(status?.term), count(status?.applied_index), lag === null ? "–" : lag === 0 ? "none" : `${count(lag)} entries`, count(status?.revision),
      short(series.newest(member.id)?.puts ?? null), bytes(status?.db_in_use), status ? micros(member.round_trip_us) : "–",
    ];
    texts.forEach((text, i) => setText(kept.cells[i], text));
    setAttribute(kept.node, "data-level", level === "bad" ? "bad" : "");
  }
}

function stateOf(member, health) {
  if (!member.up) return ["Down", "bad"];
  if (member.learner) return ["Learner", "quiet"];
  if (member.id === health.leader) return ["Leader", "ok"];
  return member.status.leader ? ["Follower", "quiet"] : ["No leader", "warn"];
}
