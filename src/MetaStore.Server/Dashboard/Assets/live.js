// The stream of the page: samples of the cluster taken by this member.

import { readLines } from "./lines.js";

const IDLE_LIMIT_MS = 6000;
const RETRY_MS = [500, 1000, 2000, 4000];

/**
 * Keeps a stream open while the page is visible.
 * @param {{onHello: (hello: any) => void, onLook: (look: any) => void, onLost: (why: string) => void}} handlers
 */
export function follow(handlers) {
  let open = null;
  let failures = 0;
  let timer = 0;

  async function connect() {
    const control = new AbortController();
    open = control;
    let idleTimer = 0;
    const received = () => {
      clearTimeout(idleTimer);
      idleTimer = setTimeout(() => control.abort(), IDLE_LIMIT_MS);
    };
    received();
    let why = "the member closed the connection";
    try {
      const response = await fetch("/dashboard/api/live", { signal: control.signal, cache: "no-store" });
      if (!response.ok) throw new Error((await response.text()).trim());
      await readLines(response, (line) => {
        received();
        failures = 0;
        if (line.kind === "hello") handlers.onHello(line);
        else handlers.onLook(line);
      });
    } catch (failure) {
      why = failure instanceof TypeError || failure.name === "AbortError" ? "the member does not respond" : failure.message;
    }
    clearTimeout(idleTimer);
    if (open !== control) return;
    open = null;
    handlers.onLost(why);
    timer = setTimeout(connect, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
  }

  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    const control = open;
    open = null;
    control?.abort();
    if (!document.hidden) connect();
  });
  if (!document.hidden) connect();
}
