// Data of the charts: differences between samples, by member.

export const WINDOW_MS = 120_000;
export const REASONS = ["idle", "size", "bytes", "timeout", "drain"];
export const STAGES = ["queue", "batch", "wal", "replicate", "apply", "answer"];

/**
 * @typedef {object} Sample Values of one member at one time; null where unknown.
 * @property {number} t milliseconds
 * @property {number|null} puts per second
 * @property {number|null} entries per second
 * @property {number|null} perEntry
 * @property {number} load
 * @property {number} size
 * @property {number} timeoutUs
 * @property {(number|null)[]} flushes per second, in the order of REASONS
 * @property {Map<string, {count: number, p50_us: number, p99_us: number}>} stages
 */

/** The last two minutes of every member. */
export class Series {
  #members = new Map();
  #last = null;

  /** @param {any} look */
  add(look) {
    for (const member of look.members) {
      const kept = this.#of(member.id);
      const before = this.#last?.members.find((other) => other.id === member.id);
      const seconds = this.#last ? (look.at_ms - this.#last.at_ms) / 1000 : 0;
      kept.samples.push(sample(look.at_ms, member, before, seconds));
      const mode = member.batching ? modeOf(member.batching.settings) : null;
      if (mode && kept.mode && mode !== kept.mode) kept.marks.push({ t: look.at_ms, text: mode });
      kept.mode = mode ?? kept.mode;
      const from = look.at_ms - WINDOW_MS;
      while (kept.samples.length > 0 && kept.samples[0].t < from) kept.samples.shift();
      while (kept.marks.length > 0 && kept.marks[0].t < from) kept.marks.shift();
    }
    this.#last = look;
  }

  /** @returns {Sample[]} */
  samples(id) {
    return this.#of(id).samples;
  }

  /** When the mode changed. */
  marks(id) {
    return this.#of(id).marks;
  }

  /** @returns {Sample|undefined} */
  newest(id) {
    return this.#of(id).samples.at(-1);
  }

  #of(id) {
    let kept = this.#members.get(id);
    if (!kept) this.#members.set(id, (kept = { samples: [], marks: [], mode: null }));
    return kept;
  }
}

/** The name of the mode for some settings. */
export function modeOf(settings) {
  const policy = (settings.policy ?? "BATCH_POLICY_DYNAMIC").replace("BATCH_POLICY_", "").toLowerCase();
  return policy === "dynamic" && settings.flush_when_idle === false ? "dynamic classic" : policy;
}

function sample(t, member, before, seconds) {
  const stats = member.batching?.stats;
  if (!stats) return { t, puts: null, entries: null, perEntry: null, load: null, size: null, timeoutUs: null, flushes: REASONS.map(() => null), stages: new Map() };
  const old = before?.batching?.stats;
  const rate = (now, then) => (old && seconds > 0 && now >= then ? (now - then) / seconds : null);
  const puts = rate(stats.total_proposals, old?.total_proposals);
  const entries = rate(stats.total_batches, old?.total_batches);
  return {
    t,
    puts,
    entries,
    perEntry: entries > 0 ? puts / entries : null,
    load: stats.current_load,
    size: stats.current_batch_size,
    timeoutUs: stats.current_timeout_us,
    flushes: REASONS.map((reason) => rate(stats.flushes[reason], old?.flushes[reason])),
    stages: new Map(stats.stages.map((stage) => [stage.stage, stage])),
  };
}
