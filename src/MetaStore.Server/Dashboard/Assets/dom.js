// Creates elements without parsing markup: stored text is only ever text.

/**
 * @param {string} tag
 * @param {Record<string, unknown>} [props] "class", "on" (listeners) and attributes; false and null leave an attribute out
 * @param {...(Node|string|null)} children
 * @returns {HTMLElement}
 */
export function el(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** As el, for SVG. */
export function svg(tag, props = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), props, children);
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** Changes the text of a node only when it differs, so that selections and screen readers are not disturbed. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets an attribute only when it differs. */
export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** A table; with many columns, narrow screens show it as cards, and the roles keep it a table for screen readers. */
export function table(label, columns) {
  const body = el("tbody", { role: "rowgroup" });
  const head = el("tr", { role: "row" }, ...columns.map((column) => el("th", { role: "columnheader", scope: "col" }, column)));
  const node = el("table", { role: "table", "aria-label": label, class: columns.length > 4 ? "cards" : null }, el("thead", { role: "rowgroup" }, head), body);
  return { node, body, columns };
}

/** A row of such a table: one node per column. */
export function row(columns, cells, props = {}) {
  return el("tr", { role: "row", ...props }, ...cells.map((cell, i) => el("td", { role: "cell", "data-label": columns[i] }, cell)));
}
