// The stream of the page: samples of the cluster taken by this member.

import { readLines } from "./lines.js";
import { identity, noteRefusal, onSignedIn } from "./sign-in.js";

const IDLE_LIMIT_MS = 6000;
const RETRY_MS = [500, 1000, 2000, 4000];
const RETRY_WITHOUT_USER_MS = 20_000;

/**
 * Keeps a stream open while the page is visible.
 * @param {{onHello: (hello: any) => void, onLook: (look: any) => void, onLost: (why: string) => boolean}} handlers onLost says whether a user is waited for
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
      const response = await fetch("/dashboard/api/live", { signal: control.signal, cache: "no-store", headers: identity() });
      if (!response.ok) throw new Error((await response.text()).trim());
      await readLines(response, (line) => {
        received();
        failures = 0;
        if (line.kind === "ended") throw new Error(line.error);
        else if (line.kind === "hello") handlers.onHello(line);
        else handlers.onLook(line);
      });
    } catch (failure) {
      why = failure instanceof TypeError || failure.name === "AbortError" ? "the member does not respond" : failure.message;
    }
    clearTimeout(idleTimer);
    noteRefusal(why);
    if (open !== control) return;
    open = null;
    const needsUser = handlers.onLost(why);
    timer = setTimeout(connect, needsUser ? RETRY_WITHOUT_USER_MS : RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
  }

  function restart() {
    clearTimeout(timer);
    const control = open;
    open = null;
    failures = 0;
    control?.abort();
    if (!document.hidden) connect();
  }

  onSignedIn(restart);
  document.addEventListener("visibilitychange", restart);
  restart();
}
