// A chart of the last two minutes, drawn as SVG.

import { el, svg, setText, setAttribute } from "./dom.js";
import { WINDOW_MS } from "./series.js";

const HEIGHT = 150;
const LEFT = 52;
const BOTTOM = 18;
const TOP = 8;

/** Lines or stacked areas over time, with a legend that shows the current values. */
export class Chart {
  #width = 0;
  #last = null;

  /**
   * @param {{title: string, note?: string, series: {name: string, color?: number}[], format: (n: number|null) => string, stacked?: boolean, max?: number, least?: number}} options
   * max sets the top of the scale, least is its minimum
   */
  constructor(options) {
    this.options = options;
    this.#width = 0;
    this.plot = svg("svg", { role: "img", class: "plot", height: HEIGHT, "aria-label": options.title });
    this.values = options.series.map(() => el("b", {}, "–"));
    this.legend = el("ul", { class: "legend" }, ...options.series.map((one, i) =>
      el("li", {}, el("span", { class: `swatch c${one.color ?? i + 1}`, "aria-hidden": "true" }), el("span", {}, one.name), this.values[i])));
    this.node = el("figure", { class: "chart card" },
      el("figcaption", {}, el("h3", {}, options.title), options.note ? el("p", { class: "muted" }, options.note) : null), this.plot, this.legend);
    new ResizeObserver(() => this.#resize()).observe(this.plot);
  }

  /**
   * @param {{t: number, v: (number|null)[]}[]} points
   * @param {{t: number, text: string}[]} marks
   */
  update(points, marks = []) {
    this.#last = { points, marks };
    const now = points.at(-1)?.v ?? [];
    this.options.series.forEach((one, i) => setText(this.values[i], this.options.format(now[i] ?? null)));
    setAttribute(this.plot, "aria-label",
      `${this.options.title}, now: ${this.options.series.map((one, i) => `${one.name} ${this.options.format(now[i] ?? null)}`).join(", ")}`);
    if (this.#width > 0) this.#draw(points, marks);
  }

  #resize() {
    const width = Math.round(this.plot.getBoundingClientRect().width);
    if (width === this.#width) return;
    this.#width = width;
    if (this.#last && width > 0) this.#draw(this.#last.points, this.#last.marks);
  }

  #draw(points, marks) {
    const end = points.at(-1)?.t ?? Date.now();
    const stacks = points.map((point) => (this.options.stacked ? sums(point.v) : point.v));
    const top = this.options.max ?? nice(Math.max(this.options.least ?? 1, ...stacks.flat().filter((n) => n !== null)));
    const x = (t) => LEFT + (this.#width - LEFT - 6) * (1 - (end - t) / WINDOW_MS);
    const y = (n) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - Math.min(n, top) / top);
    const parts = [0, 0.5, 1].flatMap((share) => [
      svg("line", { class: "grid", x1: LEFT, x2: this.#width, y1: y(top * share), y2: y(top * share) }),
      svg("text", { class: "axis", x: LEFT - 6, y: y(top * share) + 4, "text-anchor": "end" }, this.options.format(top * share)),
    ]);
    parts.push(
      svg("text", { class: "axis", x: LEFT, y: HEIGHT - 3 }, "2 min ago"),
      svg("text", { class: "axis", x: this.#width - 2, y: HEIGHT - 3, "text-anchor": "end" }, "now"));
    this.options.series.forEach((one, i) => {
      const color = one.color ?? i + 1;
      for (const run of runs(points, stacks, i)) {
        if (this.options.stacked) parts.push(svg("path", { class: `area c${color}`, d: area(run, x, y) }));
        else parts.push(svg("path", { class: `line c${color}`, d: line(run.map((at) => [x(at.t), y(at.high)])) }));
      }
    });
    for (const mark of marks) parts.push(...drawMark(mark, x(mark.t), this.#width));
    this.plot.setAttribute("viewBox", `0 0 ${this.#width} ${HEIGHT}`);
    this.plot.replaceChildren(...parts);
  }
}

function drawMark(mark, at, width) {
  const isRight = at > width - 90;
  return [
    svg("line", { class: "mark", x1: at, x2: at, y1: TOP, y2: HEIGHT - BOTTOM }),
    svg("text", { class: "marktext", x: isRight ? at - 4 : at + 4, y: TOP + 9, "text-anchor": isRight ? "end" : "start" }, mark.text),
  ];
}

function sums(values) {
  let sum = 0;
  return values.map((n) => (n === null ? null : (sum += n)));
}

/** Parts of a series without gaps. */
function* runs(points, stacks, i) {
  let run = [];
  for (let at = 0; at < points.length; at++) {
    const high = stacks[at][i] ?? null;
    if (high === null) {
      if (run.length > 0) yield run;
      run = [];
    } else {
      run.push({ t: points[at].t, high, low: stacks[at].slice(0, i).findLast((n) => n !== null) ?? 0 });
    }
  }
  if (run.length > 0) yield run;
}

function line(corners) {
  return corners.length === 1
    ? `M${corners[0][0] - 2} ${corners[0][1]}h4`
    : "M" + corners.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L");
}

function area(run, x, y) {
  return line([...run.map((at) => [x(at.t), y(at.high)]), ...run.toReversed().map((at) => [x(at.t), y(at.low)])]) + "Z";
}

/** The next of 1, 2, 5 times a power of ten. */
function nice(n) {
  const power = 10 ** Math.floor(Math.log10(n));
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= n * 0.999) ?? n;
}
