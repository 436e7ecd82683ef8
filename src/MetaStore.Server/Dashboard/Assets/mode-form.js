// The form that switches the mode: the only part of the page that makes changes.

import { el, setText } from "./dom.js";
import { ask } from "./lines.js";
import { FIELDS, MODES } from "./modes.js";
import { modeOf } from "./series.js";

export class ModeForm {
  #settings = null;
  #touched = false;
  #inputs = new Map();

  constructor() {
    this.mode = el("select", { id: "mode", on: { change: () => this.#choose() } }, ...MODES.map((mode) => el("option", { value: mode.name }, mode.text)));
    this.where = el("select", { id: "mode-where" }, el("option", { value: "" }, "all members"), el("option", { value: "one" }, "the member shown"));
    this.fields = el("div", { class: "fields" });
    this.button = el("button", { type: "submit" }, "Apply");
    this.result = el("p", { role: "status", class: "result" });
    this.now = el("b", {}, "–");
    this.why = el("p", { class: "muted" });
    this.set = el("fieldset", {},
      el("legend", { class: "sr" }, "Change the mode"),
      el("div", { class: "fields first" }, field("mode", "Mode", this.mode), field("mode-where", "At", this.where)), this.fields, this.button);
    this.node = el("form", { class: "card mode", on: { submit: (event) => this.#submit(event), input: () => (this.#touched = true) } },
      el("h3", {}, "Mode in force: ", this.now), this.set, this.why, this.result);
  }

  /** @param {any} member whose settings are shown @param {any} hello */
  update(member, hello) {
    this.member = member.id;
    const settings = member.batching?.settings;
    const refused = hello?.changes_refused ?? "";
    this.set.disabled = !settings || refused !== "";
    setText(this.why, refused === "" ? "" : `Read only: ${refused}.`);
    if (!settings) {
      setText(this.now, "not known");
      return;
    }
    setText(this.now, modeOf(settings));
    const changed = JSON.stringify(settings) !== JSON.stringify(this.#settings);
    this.#settings = settings;
    if (changed && !this.#touched) {
      this.mode.value = modeOf(settings);
      this.#choose();
    }
  }

  /** Shows another member: its settings replace typed values. */
  reset() {
    this.#touched = false;
    this.#settings = null;
    setText(this.result, "");
  }

  #choose() {
    const mode = MODES.find((one) => one.name === this.mode.value);
    this.#inputs.clear();
    this.fields.replaceChildren(...mode.fields.map((name) => {
      const { label, unit, scale, step } = FIELDS[name];
      const stored = Number(this.#settings?.[name] ?? 0);
      const input = el("input", { id: `set-${name}`, type: "number", min: 0, step: step ?? (scale === 1 ? 1 : "any"), required: true, value: stored / scale });
      this.#inputs.set(name, input);
      return field(`set-${name}`, `${label} (${unit})`, input);
    }));
  }

  async #submit(event) {
    event.preventDefault();
    const mode = MODES.find((one) => one.name === this.mode.value);
    const settings = { policy: `BATCH_POLICY_${mode.policy}` };
    if (mode.idle !== undefined) settings.flush_when_idle = mode.idle;
    for (const [name, input] of this.#inputs) {
      const value = Number(input.value) * FIELDS[name].scale;
      settings[name] = name === "load_threshold" || name === "target_throughput" ? value : Math.round(value);
    }
    this.button.disabled = true;
    setText(this.result, "Applying…");
    try {
      const answers = await ask("batching", this.where.value === "one" ? { member: this.member } : {}, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-MetaStore-Dashboard": "1" },
        body: JSON.stringify({ settings }),
      });
      const failed = answers.filter((answer) => answer.error !== "");
      this.#touched = false;
      setText(this.result, failed.length === 0
        ? `${mode.name} is in force at ${answers.map((answer) => answer.name || answer.id).join(", ")}.`
        : failed.map((answer) => `${answer.name || answer.id}: ${answer.error}`).join("; "));
      this.result.dataset.level = failed.length === 0 ? "ok" : "bad";
    } catch (failure) {
      setText(this.result, failure.message);
      this.result.dataset.level = "bad";
    }
    this.button.disabled = false;
  }
}

function field(id, label, input) {
  return el("div", { class: "field" }, el("label", { for: id }, label), input);
}
