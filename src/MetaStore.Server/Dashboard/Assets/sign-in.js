// The user of the page while auth is on. Its token is held by this page only, in no storage and no cookie: a reload asks again.

import { el, setText, setAttribute } from "./dom.js";

const REFUSALS = ["user name is empty", "invalid auth token", "revision of auth store is old"];
const CHANGED = "metastore-signed-in";

let token = "";
let show = () => {};

/** Headers of every call of the page. */
export function identity() {
  return token === "" ? {} : { Authorization: token };
}

/** Asks for a user when a member's error text says that one is needed; other texts are ignored. */
export function noteRefusal(text) {
  if (!REFUSALS.some((refusal) => text.includes(refusal))) return;
  token = "";
  show();
}

/** Calls back each time that a user has signed in. */
export function onSignedIn(then) {
  document.addEventListener(CHANGED, then);
}

/** The form, hidden until a user is needed. */
export function signInForm() {
  const name = el("input", { id: "sign-in-name", autocomplete: "username", required: true });
  const password = el("input", { id: "sign-in-password", type: "password", autocomplete: "current-password" });
  const result = el("p", { role: "status", class: "result" });
  const node = el("form", { id: "sign-in", class: "card", hidden: true, on: { submit } },
    el("h3", {}, "Users are checked: sign in"),
    el("div", { class: "fields first" },
      el("p", { class: "field" }, el("label", { for: "sign-in-name" }, "User"), name),
      el("p", { class: "field" }, el("label", { for: "sign-in-password" }, "Password"), password)),
    el("button", { type: "submit" }, "Sign in"), result);
  show = () => {
    if (!node.hidden) return;
    node.hidden = false;
    name.focus();
  };

  async function submit(event) {
    event.preventDefault();
    const body = JSON.stringify({ name: name.value, password: password.value });
    password.value = "";
    try {
      const response = await fetch("/v3/auth/authenticate", { method: "POST", cache: "no-store", body });
      const text = await response.text();
      if (!response.ok) throw new Error(text.includes("\"message\"") ? JSON.parse(text).message : text.trim() || `the member responded with ${response.status}`);
      token = JSON.parse(text).token;
      node.hidden = true;
      setText(result, "");
      document.dispatchEvent(new Event(CHANGED));
    } catch (failure) {
      setText(result, failure.message);
      setAttribute(result, "data-level", "bad");
    }
  }

  return node;
}
