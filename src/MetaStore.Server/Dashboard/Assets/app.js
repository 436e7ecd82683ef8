// Builds the page: one stream of data for three views.

import { chooseTheme } from "./theme.js";
import { follow } from "./live.js";
import { judge, nameOf } from "./health.js";
import { Series } from "./series.js";
import { SignIn } from "./sign-in.js";
import { setText, setAttribute } from "./dom.js";
import { ClusterView } from "./view-cluster.js";
import { BatchingView } from "./view-batching.js";
import { KeysView } from "./view-keys.js";

const byId = (id) => document.getElementById(id);
const series = new Series();
const views = {
  cluster: new ClusterView(byId("view-cluster"), series),
  batching: new BatchingView(byId("view-batching"), series),
  keys: new KeysView(byId("view-keys")),
};
const signIn = new SignIn(byId("user"));
let hello = null;
let look = null;

function showHealth(level, text, detail) {
  setText(byId("health"), text);
  setAttribute(byId("health"), "data-level", level);
  setText(byId("banner"), detail);
  setAttribute(byId("banner"), "data-level", level);
  byId("banner").hidden = detail === "";
  document.title = `${text} · MetaStore`;
}

function showView() {
  const name = location.hash.slice(1) in views ? location.hash.slice(1) : location.hash === "#main" ? null : "cluster";
  if (name === null) return;
  for (const view of Object.keys(views)) {
    byId(`view-${view}`).hidden = view !== name;
    const link = document.querySelector(`nav a[href="#${view}"]`);
    if (view === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  views[name].shown?.();
  render();
}

function render() {
  if (!look) return;
  const health = judge(look);
  showHealth(health.level, health.text, health.detail);
  for (const [name, view] of Object.entries(views)) {
    if (!byId(`view-${name}`).hidden) view.update?.(look, health, hello);
  }
}

chooseTheme(byId("theme"));
addEventListener("hashchange", showView);
byId("main").prepend(signIn.node);
showView();
follow({
  onHello(line) {
    hello = line;
    signIn.hide();
  },
  onLook(line) {
    look = line;
    document.body.removeAttribute("data-stale");
    const self = look.members.find((member) => member.id === look.self);
    setText(byId("where"), self ? `${nameOf(self)} · ${location.host}` : location.host);
    series.add(look);
    render();
  },
  onLost(why) {
    if (signIn.isShown) {
      showHealth("quiet", "Not signed in", "");
      return true;
    }
    if (look) document.body.setAttribute("data-stale", "");
    showHealth("bad", "Not connected", `No data from ${location.host}: ${why}. ${look ? "The last data received is shown; reconnecting" : "Reconnecting"}.`);
    return false;
  },
});
