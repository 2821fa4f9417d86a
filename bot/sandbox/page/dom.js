/** Builds and refreshes elements; every text is a text node, so nothing that a message says can become markup. */

/** An element with attributes and children; `on...` attributes are listeners of ours, false and null are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/** One of our own line drawings; `paths` are constants of this page. */
export function icon(...paths) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" })) {
    svg.setAttribute(name, value);
  }
  for (const d of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

const kept = new WeakMap();

/**
 * Makes `parent` show `entries` ({key, sign, make}) in order. A child whose sign is unchanged stays the same element,
 * so that focus, scroll and half-typed words in it are not lost.
 */
export function keep(parent, entries) {
  const wanted = new Set(entries.map(({ key }) => key));
  const old = new Map();
  for (const child of [...parent.childNodes]) {
    const known = kept.get(child);
    if (known && wanted.has(known.key)) old.set(known.key, child);
    else child.remove(); // before the others are placed: an element that is moved loses the focus
  }
  let place = parent.firstChild;
  for (const { key, sign, make } of entries) {
    const before = old.get(key);
    const same = before !== undefined && kept.get(before).sign === sign;
    const node = same ? before : make();
    if (!same) kept.set(node, { key, sign });
    if (before && !same) {
      if (place === before) place = before.nextSibling;
      before.remove();
    }
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
  }
}

/** Puts fresh children in place of all that `parent` had. */
export function fill(parent, ...children) {
  parent.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
}

/** Runs `draw` (told where the focus was) and gives the focus back to the control of the same name, or to the message that had it. */
export function keepingFocus(draw) {
  const active = document.activeElement;
  const name = active?.closest("[data-focus]")?.dataset.focus;
  const home = active?.closest("[data-home]")?.dataset.home;
  draw({ name, home });
  if (!active || active === document.body || document.activeElement !== document.body) return;
  const again = name && document.querySelector(`[data-focus="${CSS.escape(name)}"]`);
  const near = home && document.querySelector(`[data-home="${CSS.escape(home)}"]`);
  (again || near || null)?.focus({ preventScroll: true });
}
