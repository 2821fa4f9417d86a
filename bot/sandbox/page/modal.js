/** Shows the top view of the acting person's stack as a dialog, keeps what was typed, and submits it. */

import { act, app, blockContext, busy, lang, words } from "./app.js";
import { blockEntries } from "./blocks.js";
import { readValues } from "./controls.js";
import { el, icon, keep } from "./dom.js";
import { plain } from "./mrkdwn.js";

let open = null;

/** Opens, refreshes or closes the dialog so that it shows the present view; `focus` is where it was before drawing. */
export function drawModal(focus) {
  const view = app.state.slack.view;
  if (!view || (open && (open.id !== view.id || open.as !== app.as))) close();
  if (!view) return;
  if (!open) show(view, focus);
  const { node } = open;
  node.querySelector(".modal-title").replaceChildren(...plain(view.title.text));
  keep(node.querySelector(".modal-foot"), [{ key: "foot", sign: JSON.stringify([view.submit, view.close, lang()]), make: () => foot(view) }]);
  const typed = new Map(readValues(node).map((one) => [`${one.block_id}/${one.action_id}`, one.value]));
  keep(node.querySelector(".modal-body"), blockEntries(view.blocks, context(view, typed)));
  if (!node.contains(document.activeElement)) first(node)?.focus();
}

function context(view, typed) {
  const values = () => ({ values: readValues(open.node) });
  return blockContext({
    scope: `view-${view.id}`,
    errors: { ...view.errors, ...app.refused },
    entered: (block, action) => {
      const key = `${block}/${action}`;
      return typed.has(key) ? { value: typed.get(key) } : view.state?.values?.[block]?.[action];
    },
    press: (element, block, node) => busy(node, act("view_click", { action_id: element.action_id, block_id: block.block_id, ...values() })),
    choose: (element, block, value, node) => busy(node, act("view_choose", { action_id: element.action_id, block_id: block.block_id, value, ...values() })),
  });
}

function show(view, focus) {
  const node = el("dialog", { class: "sheet modal", "aria-labelledby": "modal-title" },
    el("form", { method: "dialog", onsubmit: (event) => (event.preventDefault(), submit(event.submitter)) },
      el("header", {}, el("h2", { class: "modal-title", id: "modal-title" }),
        el("button", { type: "button", class: "plain", "aria-label": words().close, "data-focus": "modal-close", onclick: leave }, icon("M6 6l12 12M18 6 6 18"))),
      el("div", { class: "modal-body" }), el("footer", { class: "modal-foot row end" })));
  node.addEventListener("cancel", (event) => (event.preventDefault(), leave()));
  document.body.append(node);
  open = { id: view.id, as: app.as, node, opener: focus.name, home: focus.home };
  app.refused = {};
  node.showModal();
}

function foot(view) {
  return el("div", { class: "row end" },
    el("button", { type: "button", class: "button", "data-focus": "modal-cancel", onclick: leave }, plain(view.close?.text ?? words().close)),
    view.submit ? el("button", { type: "submit", class: "button primary", "data-focus": "modal-submit" }, plain(view.submit.text)) : null);
}

function first(node) {
  return node.querySelector(".modal-body input, .modal-body select, .modal-body textarea, .modal-body button") ?? node.querySelector(".modal-foot button:last-child");
}

function close() {
  if (!open) return;
  const { node, opener, home } = open;
  open = null;
  app.refused = {};
  node.close();
  node.remove();
  const back = (opener && document.querySelector(`[data-focus="${CSS.escape(opener)}"]`)) || (home && document.querySelector(`[data-home="${CSS.escape(home)}"]`));
  back?.focus({ preventScroll: true });
}

/** Closes the top view, as its Close button and Escape do; the server tells which view is below. */
function leave() {
  act("close_view");
}

async function submit(button) {
  const values = readValues(open.node);
  app.refused = missing(values);
  if (!Object.keys(app.refused).length) await busy(button, act("submit", { values }));
  if (app.state.slack.view) app.render();
  open?.node.querySelector("[aria-invalid=true], .refused input")?.focus();
}

/** Fields that must be filled before Slack sends anything. */
function missing(values) {
  const said = new Set(values.filter(({ value }) => value !== null && value !== "" && !(Array.isArray(value) && !value.length)).map(({ block_id }) => block_id));
  const asked = app.state.slack.view.blocks.filter((block) => block.type === "input" && !block.optional && !said.has(block.block_id));
  return Object.fromEntries(asked.map((block) => [block.block_id, words().required]));
}
