// The batching modes and the settings of each.

const POLICIES = ["dynamic", "fixed", "throughput", "target", "off"];

/** @type {{name: string, text: string, policy: string, idle?: boolean, fields: string[]}[]} */
export const MODES = [
  { name: "dynamic", text: "dynamic: size and timeout follow the load", policy: "DYNAMIC", idle: true, fields: ["min_batch_size", "max_batch_size", "min_timeout_us", "max_timeout_us", "load_threshold"] },
  { name: "dynamic classic", text: "dynamic classic: waits also when idle", policy: "DYNAMIC", idle: false, fields: ["min_batch_size", "max_batch_size", "min_timeout_us", "max_timeout_us", "load_threshold"] },
  { name: "fixed", text: "fixed: one size, one timeout", policy: "FIXED", fields: ["fixed_batch_size", "fixed_timeout_us"] },
  { name: "throughput", text: "throughput: grows while it pays", policy: "THROUGHPUT", fields: ["throughput_adaptive_max_size"] },
  { name: "target", text: "target: keeps a throughput or latency", policy: "TARGET", fields: ["target_throughput", "target_latency_us", "target_min_size", "target_max_size"] },
  { name: "off", text: "off: one entry for each put", policy: "OFF", fields: [] },
];

/** Label and unit of each field: shown value = stored value / scale. */
export const FIELDS = {
  min_batch_size: { label: "Smallest size", unit: "puts", scale: 1 },
  max_batch_size: { label: "Largest size", unit: "puts", scale: 1 },
  min_timeout_us: { label: "Shortest timeout", unit: "ms", scale: 1000 },
  max_timeout_us: { label: "Longest timeout", unit: "ms", scale: 1000 },
  load_threshold: { label: "Load threshold", unit: "0 to 1", scale: 1, step: "any" },
  fixed_batch_size: { label: "Size", unit: "puts", scale: 1 },
  fixed_timeout_us: { label: "Timeout", unit: "ms", scale: 1000 },
  throughput_adaptive_max_size: { label: "Largest size", unit: "puts", scale: 1 },
  target_throughput: { label: "Throughput", unit: "puts/s, 0 = none", scale: 1 },
  target_latency_us: { label: "Latency", unit: "ms, 0 = none", scale: 1000 },
  target_min_size: { label: "Smallest size", unit: "puts", scale: 1 },
  target_max_size: { label: "Largest size", unit: "puts", scale: 1 },
};

/** The name of a mode for a policy number, as used in the totals. */
export function modeName(policy, flushWhenIdle) {
  const name = POLICIES[policy] ?? `policy ${policy}`;
  return name === "dynamic" && !flushWhenIdle ? "dynamic classic" : name;
}
