// Batching of one member.

import { el, row, setText, table } from "./dom.js";
import { Chart } from "./chart.js";
import { ModeForm } from "./mode-form.js";
import { ModesTable } from "./modes-table.js";
import { Tiles } from "./tiles.js";
import { REASONS, STAGES } from "./series.js";
import { count, micros, short } from "./format.js";
import { nameOf } from "./health.js";

const STAGE_COLUMNS = ["Stage", "p50", "p99", "Puts"];

export class BatchingView {
  #chosen = null;
  #options = "";
  #shown = null;

  /** @param {HTMLElement} section @param {import("./series.js").Series} series */
  constructor(section, series) {
    this.series = series;
    this.select = el("select", { id: "member", on: { change: () => this.#choose() } });
    this.missing = el("p", { class: "banner", "data-level": "warn", hidden: true });
    this.tiles = new Tiles([["puts", "Puts per second"], ["perEntry", "Puts per entry"], ["load", "Load"], ["size", "Batch size"], ["timeout", "Timeout"], ["queue", "Waiting, in flight"]]);
    this.form = new ModeForm();
    this.modes = new ModesTable();
    this.stages = this.#makeStages();
    this.charts = makeCharts();
    section.append(
      el("div", { class: "bar-row" }, el("label", { for: "member" }, "Member"), this.select, el("span", { class: "muted" }, "Every member batches what its own clients write.")),
      this.missing, this.tiles.node,
      el("div", { class: "pair switch" }, this.form.node, this.modes.node),
      el("div", { class: "charts" },
        ...["throughput", "load", "size", "timeout", "flushes"].map((name) => this.charts[name].node),
        el("div", { class: "card" }, el("h3", {}, "Time in each stage"), this.noStages, this.stages.node)),
      el("div", { class: "pair" }, this.charts.p50.node, this.charts.p99.node));
  }

  update(look, health, hello) {
    this.#shown = [look, health, hello];
    this.#offer(look);
    const member = look.members.find((one) => one.id === this.#chosen) ?? look.members[0];
    this.form.update(member, hello);
    this.#showMissing(member);
    const stats = member.batching?.stats;
    const newest = this.series.newest(member.id);
    this.tiles.set("puts", short(newest?.puts ?? null), newest?.entries ? `${short(newest.entries)} entries/s` : "no entries");
    this.tiles.set("perEntry", short(newest?.perEntry ?? null), "in the last second");
    this.tiles.set("load", stats ? stats.current_load.toFixed(2) : "–", "0 idle, 1 full");
    this.tiles.set("size", count(stats?.current_batch_size), "sends a batch off");
    this.tiles.set("timeout", micros(stats?.current_timeout_us), "longest wait");
    this.tiles.set("queue", stats ? `${short(stats.buffer_length)}, ${short(stats.proposals_in_flight)}` : "–", admission(member.batching?.admission));
    this.#draw(member.id);
    this.#showStages(newest);
    this.modes.update(stats);
  }

  #choose() {
    this.#chosen = this.select.value;
    this.form.reset();
    this.update(...this.#shown);
  }

  #offer(look) {
    const options = look.members.map((member) => `${member.id} ${nameOf(member)}`).join();
    if (options === this.#options) return;
    this.#options = options;
    this.#chosen ??= look.self;
    this.select.replaceChildren(...look.members.map((member) => el("option", { value: member.id }, nameOf(member) + (member.id === look.self ? " (this one)" : ""))));
    this.select.value = this.#chosen;
  }

  #showMissing(member) {
    const why = !member.up ? `${nameOf(member)} is down: ${member.error}.` : !member.batching ? `${nameOf(member)} does not say how it batches; a learner takes no writes.` : "";
    this.missing.hidden = why === "";
    setText(this.missing, why);
  }

  #draw(id) {
    const samples = this.series.samples(id);
    const marks = this.series.marks(id);
    const draw = (chart, pick) => chart.update(samples.map((sample) => ({ t: sample.t, v: pick(sample) })), marks);
    draw(this.charts.throughput, (sample) => [sample.puts, sample.entries]);
    draw(this.charts.load, (sample) => [sample.load]);
    draw(this.charts.size, (sample) => [sample.size, sample.perEntry]);
    draw(this.charts.timeout, (sample) => [sample.timeoutUs]);
    draw(this.charts.flushes, (sample) => sample.flushes);
    draw(this.charts.p50, (sample) => STAGES.map((stage) => sample.stages.get(stage)?.p50_us ?? null));
    draw(this.charts.p99, (sample) => STAGES.map((stage) => sample.stages.get(stage)?.p99_us ?? null));
  }

  #makeStages() {
    const stages = table("Time in each stage, over the last ten seconds", STAGE_COLUMNS);
    this.noStages = el("p", { class: "muted" }, "No puts in the last ten seconds.");
    this.cells = new Map(STAGES.map((stage) => {
      const cells = STAGE_COLUMNS.slice(1).map(() => el("span", { class: "num" }, "–"));
      stages.body.append(row(STAGE_COLUMNS, [el("b", {}, stage), ...cells]));
      return [stage, cells];
    }));
    return stages;
  }

  #showStages(newest) {
    const isEmpty = !newest || [...newest.stages.values()].every((stage) => stage.count === 0);
    this.noStages.hidden = !isEmpty;
    setText(this.noStages, newest?.stages.size > 0 ? "No puts in the last ten seconds." : "This member reports no times by stage.");
    for (const [stage, cells] of this.cells) {
      const figures = newest?.stages.get(stage);
      const isSeen = figures && figures.count > 0;
      setText(cells[0], isSeen ? micros(figures.p50_us) : "–");
      setText(cells[1], isSeen ? micros(figures.p99_us) : "–");
      setText(cells[2], isSeen ? count(figures.count) : "–");
    }
  }
}

function makeCharts() {
  const stages = STAGES.map((name) => ({ name }));
  return {
    throughput: new Chart({ title: "Throughput", note: "Per second", series: [{ name: "puts" }, { name: "log entries", color: 2 }], format: short }),
    load: new Chart({ title: "Load", note: "Demand against the largest batch", series: [{ name: "load" }], format: (n) => (n === null ? "–" : n.toFixed(2)), max: 1 }),
    size: new Chart({ title: "Batch size", note: "Puts that send a batch off, and what batches held", series: [{ name: "size" }, { name: "puts per entry", color: 2 }], format: short }),
    timeout: new Chart({ title: "Timeout", note: "Longest wait for a batch", series: [{ name: "timeout" }], format: micros, least: 1000 }),
    flushes: new Chart({ title: "Flush reasons", note: "Batches per second, by what sent them off", series: REASONS.map((name) => ({ name })), format: short, stacked: true }),
    p50: new Chart({ title: "Latency, p50", note: "By stage, over ten seconds", series: stages, format: micros, least: 100 }),
    p99: new Chart({ title: "Latency, p99", note: "By stage, over ten seconds", series: stages, format: micros, least: 100 }),
  };
}

function admission(stats) {
  if (!stats) return "puts";
  return stats.waiting > 0 || stats.total_refused > 0 ? `${count(stats.waiting)} wait, ${count(stats.total_refused)} refused` : `${count(stats.held)} of ${count(stats.limit)} credits`;
}
