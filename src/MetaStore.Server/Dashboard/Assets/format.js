// Formats numbers for display.

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** @param {number|null|undefined} n */
export function count(n) {
  return n === null || n === undefined || Number.isNaN(n) ? "–" : whole.format(n);
}

/** Short: 950, 12.3k, 4.5M. */
export function short(n) {
  if (n === null || n === undefined || Number.isNaN(n)) return "–";
  const size = Math.abs(n);
  if (size >= 1e9) return trim(n / 1e9) + "G";
  if (size >= 1e6) return trim(n / 1e6) + "M";
  if (size >= 1e4) return trim(n / 1e3) + "k";
  if (size >= 100 || Number.isInteger(n)) return whole.format(n);
  return trim(n);
}

function trim(n) {
  return n.toFixed(Math.abs(n) >= 100 ? 0 : Math.abs(n) >= 10 ? 1 : 2).replace(/\.0+$/, "").replace(/(\.\d*[1-9])0+$/, "$1");
}

/** Bytes in binary units. */
export function bytes(n) {
  if (n === null || n === undefined) return "–";
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  let size = n;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${trim(size)} ${units[unit]}`;
}

/** Microseconds in the unit that fits. */
export function micros(us) {
  if (us === null || us === undefined || Number.isNaN(us)) return "–";
  if (us >= 1e6) return `${trim(us / 1e6)} s`;
  if (us >= 1000) return `${trim(us / 1000)} ms`;
  return `${trim(us)} µs`;
}

/** A duration in words. */
export function duration(us) {
  const seconds = Math.floor(us / 1e6);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

export function plural(n, one, many) {
  return `${whole.format(n)} ${n === 1 ? one : many}`;
}
