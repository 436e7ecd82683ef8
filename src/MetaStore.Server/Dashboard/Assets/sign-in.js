// The user of the page while auth is on. Its token is in the memory of this page only, in no storage, cookie or URL: a reload asks again.

import { el, setText } from "./dom.js";

const NO_USER = "user name is empty";
const ENDED = ["invalid auth token", "revision of auth store is old"];
const CHANGED = "metastore-signed-in";

let token = "";
let show = () => {};

/** Headers of every call of the page. */
export function identity() {
  return token === "" ? {} : { Authorization: token };
}

/**
 * Asks for a user when a member's error text says that one is needed; other texts are ignored. A page that had a user begins anew, so that the
 * next one sees nothing of it.
 */
export function noteRefusal(text) {
  // With a token, the response to a call that was made before it came.
  if (token === "" && text.includes(NO_USER)) show();
  else if (token !== "" && ENDED.some((end) => text.includes(end))) signOut();
}

/** Calls back each time that a user has signed in. */
export function onSignedIn(then) {
  document.addEventListener(CHANGED, then);
}

/** Forgets the user and all that was shown. */
export function signOut() {
  token = "";
  location.reload();
}

export class SignIn {
  #name = el("input", { id: "sign-in-name", autocomplete: "username", autocapitalize: "none", spellcheck: "false", required: true });
  #password = el("input", { id: "sign-in-password", type: "password", autocomplete: "current-password" });
  #button = el("button", { type: "submit" }, "Sign in");
  #result = el("p", { role: "status", class: "result" });

  /** @param {HTMLElement} place of the user's name and the button that ends it */
  constructor(place) {
    this.place = place;
    this.node = el("form", { id: "sign-in", class: "card", hidden: true, on: { submit: (event) => this.#submit(event) } },
      el("h2", { class: "shown" }, "Sign in"),
      el("p", { class: "muted" }, "This cluster checks users."),
      el("div", { class: "fields" },
        el("div", { class: "field" }, el("label", { for: "sign-in-name" }, "User"), this.#name),
        el("div", { class: "field" }, el("label", { for: "sign-in-password" }, "Password"), this.#password)),
      this.#button, this.#result);
    show = () => this.#show();
  }

  get isShown() {
    return !this.node.hidden;
  }

  /** Takes the form away: data has come, with a user or because users are not checked any more. */
  hide() {
    if (this.node.hidden) return;
    this.node.hidden = true;
    document.body.removeAttribute("data-no-user");
  }

  #show() {
    if (!this.node.hidden) return;
    this.node.hidden = false;
    document.body.setAttribute("data-no-user", "");
    this.#name.focus();
  }

  async #submit(event) {
    event.preventDefault();
    const user = this.#name.value;
    const body = JSON.stringify({ name: user, password: this.#password.value });
    this.#password.value = "";
    this.#button.disabled = true;
    setText(this.#result, "Signing in…");
    this.#result.removeAttribute("data-level");
    try {
      const response = await fetch("/dashboard/api/sign-in", {
        method: "POST", cache: "no-store", headers: { "Content-Type": "application/json", "X-MetaStore-Dashboard": "1" }, body,
      });
      if (!response.ok) throw new Error((await response.text()).trim() || `the member responded with ${response.status}`);
      token = (await response.json()).token;
      setText(this.#result, "");
      this.hide();
      this.place.replaceChildren(el("span", { class: "muted" }, "User ", el("b", {}, user)), el("button", { type: "button", class: "plain", on: { click: signOut } }, "Sign out"));
      document.dispatchEvent(new Event(CHANGED));
    } catch (failure) {
      setText(this.#result, failure instanceof TypeError ? "The member does not respond." : failure.message);
      this.#result.dataset.level = "bad";
    }
    this.#button.disabled = false;
  }
}
