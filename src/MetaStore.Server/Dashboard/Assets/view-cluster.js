// Members, leader, terms, indexes, lag, alarms and space.

import { el } from "./dom.js";
import { Tiles } from "./tiles.js";
import { Chart } from "./chart.js";
import { MembersTable } from "./members-table.js";
import { SpacePanel } from "./space.js";
import { count, short } from "./format.js";
import { nameOf } from "./health.js";

export class ClusterView {
  #charts = null;
  #ids = "";

  /** @param {HTMLElement} section @param {import("./series.js").Series} series */
  constructor(section, series) {
    this.series = series;
    this.tiles = new Tiles([["leader", "Leader"], ["term", "Term"], ["members", "Members"], ["puts", "Puts per second"], ["revision", "Revision"]]);
    this.members = new MembersTable();
    this.space = new SpacePanel();
    this.alarms = el("ul", { class: "alarms" });
    this.charts = el("div", { class: "charts" });
    section.append(
      this.tiles.node,
      el("div", { class: "card" }, el("h3", {}, "Members"), this.members.node),
      this.charts,
      el("div", { class: "pair" },
        el("div", { class: "card" }, el("h3", {}, "Space"), this.space.node),
        el("div", { class: "card" }, el("h3", {}, "Alarms"), this.alarms)));
  }

  update(look, health) {
    const up = look.members.filter((member) => member.up);
    const leader = look.members.find((member) => member.id === health.leader);
    const rates = look.members.map((member) => this.series.newest(member.id)?.puts ?? null);
    const known = rates.filter((rate) => rate !== null);
    this.tiles.set("leader", leader ? nameOf(leader) : "none", leader ? leader.id : "writes wait", leader ? "" : "bad");
    this.tiles.set("term", count(health.term), "of the newest election");
    this.tiles.set("members", `${up.length} of ${look.members.length}`, "answer", up.length === look.members.length ? "" : "warn");
    this.tiles.set("puts", known.length > 0 ? short(known.reduce((sum, rate) => sum + rate, 0)) : "–", "through all members");
    this.tiles.set("revision", count(Math.max(...up.map((member) => member.status.revision))), "of the store");
    this.members.update(look, health, this.series);
    this.space.update(look);
    this.#showAlarms(look);
    this.#showCharts(look, health);
  }

  #showAlarms(look) {
    const texts = look.alarms.map((alarm) => {
      const member = look.members.find((other) => other.id === alarm.member);
      return `${alarm.alarm} at ${member ? nameOf(member) : alarm.member}`;
    });
    const text = texts.join("\n");
    if (this.alarms.dataset.text === text) return;
    this.alarms.dataset.text = text;
    this.alarms.replaceChildren(...(texts.length > 0
      ? texts.map((one) => el("li", { "data-level": "bad" }, one))
      : [el("li", { class: "muted" }, "No alarm is raised.")]));
  }

  #showCharts(look, health) {
    const ids = look.members.map((member) => member.id + nameOf(member)).join();
    if (ids !== this.#ids) {
      this.#ids = ids;
      const series = look.members.map((member) => ({ name: nameOf(member) }));
      this.#charts = {
        puts: new Chart({ title: "Puts per second", note: "By the member whose clients wrote them", series, format: short, stacked: true }),
        lag: new Chart({ title: "Lag", note: "Entries committed in the cluster and not yet applied there", series, format: short, least: 10 }),
      };
      this.lags = [];
      this.charts.replaceChildren(this.#charts.puts.node, this.#charts.lag.node);
    }
    const rows = this.series.samples(look.members[0].id).map((sample) => ({
      t: sample.t,
      v: look.members.map((member) => this.series.samples(member.id).find((other) => other.t === sample.t)?.puts ?? null),
    }));
    this.#charts.puts.update(rows);
    this.lags.push({ t: look.at_ms, v: look.members.map((member) => (member.up ? Math.max(0, health.commit - member.status.applied_index) : null)) });
    while (this.lags.length > 130) this.lags.shift();
    this.#charts.lag.update(this.lags);
  }
}
