/** Draws the top line, the clock, the hint and, on a phone, the story; called at each new state and each second. */

import { act, app, busy, lang, now, words } from "./app.js";
import { el, icon, keep } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { bringIntoSight } from "./slack.js";
import { dateText, hourText } from "./time.js";
import { WORDS } from "./words.js";

const $ = (id) => document.getElementById(id);

/** Everything around the workspace that tells the story. */
export function drawStory() {
  const w = words();
  document.documentElement.lang = lang();
  $("brand-note").textContent = w.brand;
  keep($("clock-bar"), [{ key: "clock", sign: lang(), make: () => clockNode("top") }]);
  keep($("languages"), [{ key: "languages", sign: lang(), make: languagesNode }]);
  $("languages").setAttribute("aria-label", w.language);
  drawHint();
  drawTabs();
  const { steps } = app.state.scene;
  keep($("story"), [{ key: "story", sign: JSON.stringify([lang(), steps]), make: storyNode }]);
  $("story").setAttribute("aria-label", w.tabStory);
  tick();
}

/** Shows the time; called each second as well. */
export function tick() {
  if (!app.state) return;
  for (const node of document.querySelectorAll("time.now")) {
    const text = `${dateText(now(), lang())} ${hourText(now(), lang())}`;
    if (node.textContent !== text) node.textContent = text;
  }
}

function clockNode(place) {
  const w = words();
  const move = (by) => (event) => busy(event.currentTarget, act("clock", { by }));
  const button = (by, label) => el("button", { type: "button", class: "button small", "data-focus": `${place}-clock-${by}`, onclick: move(by) }, label);
  return el("div", { class: "clock", role: "group", "aria-label": w.clock },
    icon("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z", "M12 7v5l3.500 2"), el("time", { class: "now" }),
    button("hour", w.hour), button("day", w.day), button("days3", w.days3));
}

function languagesNode() {
  const again = el("button", { type: "button", class: "plain not-phone", "aria-label": words().restart, title: words().restart, "data-focus": "restart-top",
    onclick: (event) => busy(event.currentTarget, act("restart")) }, icon("M5 12a7 7 0 1 0 2.500-5.300", "M4.500 4v4.500H9"));
  return el("div", {}, again, Object.entries(WORDS).map(([key, value]) =>
    el("button", { type: "button", class: "button small", lang: key, "aria-pressed": String(key === lang()), "data-focus": `language-${key}`, onclick: (event) => busy(event.currentTarget, act("language", { lang: key })) },
      el("span", { class: "long" }, value.name), el("span", { class: "short" }, key === "en" ? "EN" : "日"))));
}

function drawHint() {
  const { hint } = app.state;
  const text = hint.text[lang()];
  keep($("hint"), [{ key: hint.key, sign: text, make: () => el("span", {}, mrkdwn(text, { verbatim: true })) }]);
  $("next").hidden = false;
  $("next").textContent = words().next;
  $("next").disabled = !app.state.scene.more;
}

let broughtIntoSight = "";

/** Outlines the one control that the hint speaks of, or the one that leads to it; brings it into sight once. */
export function point(target) {
  for (const node of document.querySelectorAll(".pointed")) node.classList.remove("pointed");
  const nodes = target ? leadingTo(target) : [];
  for (const node of nodes) node.classList.add("pointed");
  const sign = JSON.stringify([app.state.hint.key, app.channel, app.as]);
  if (!nodes.length || sign === broughtIntoSight) return;
  broughtIntoSight = sign;
  bringIntoSight(nodes[0]);
}

/** The controls themselves, else the way there: on a phone the tab and the drawer; the channel, then the person. */
function leadingTo(target) {
  if (target.next) return [$("next")];
  if (target.form) return [...document.querySelectorAll('dialog [data-focus="modal-submit"]')];
  const isThere = !app.home && app.channel === target.channel;
  const row = isThere ? `as-${target.as}` : `channel-${target.channel}`;
  const steps = isThere && (!target.as || target.as === app.as) ? ["tab-slack"] : ["tab-slack", "drawer-open", row];
  const way = steps.filter((name) => isOnTheWay(name)).map((name) => document.querySelector(`[data-focus="${CSS.escape(name)}"]`));
  return way.length ? [way[0]] : buttonsOf(target);
}

/** Whether that control must be pressed first: the tab when another is open, the drawer when it is shut. */
function isOnTheWay(name) {
  const node = document.querySelector(`[data-focus="${CSS.escape(name)}"]`);
  if (!node?.checkVisibility()) return false;
  if (name === "tab-slack") return document.body.dataset.tab !== "slack";
  return name !== "drawer-open" || !app.drawer;
}

function buttonsOf({ ts, action_id }) {
  const cards = [...document.querySelectorAll(`.message[data-ts="${CSS.escape(ts)}"]`)];
  return cards.map((card) => card.querySelector(`[data-action="${CSS.escape(action_id)}"]`)).filter(Boolean);
}

function drawTabs() {
  const w = words();
  const tab = document.body.dataset.tab;
  const paths = { slack: ["M4 5h16v11H9l-5 4z"], sentry: ["M12 4 3 19h18z", "M12 10v4", "M12 16.500v.01"], story: ["M12 7a4 4 0 0 0-3-2H3v13h6a4 4 0 0 1 3 2 4 4 0 0 1 3-2h6V5h-6a4 4 0 0 0-3 2v13"] };
  const labels = { slack: w.tabSlack, sentry: w.tabSentry, story: w.tabStory };
  keep($("tabs"), [{ key: "tabs", sign: lang() + tab, make: () => el("div", {}, Object.keys(labels).map((key) =>
    el("button", { type: "button", class: `tab tab-${key}`, "aria-current": key === tab ? "page" : null, "data-focus": `tab-${key}`, onclick: () => openTab(key) }, icon(...paths[key]), labels[key]))) }]);
}

function openTab(key) {
  document.body.dataset.tab = key;
  app.render();
}

function storyNode() {
  const w = words();
  const { steps } = app.state.scene;
  return el("div", { class: "story" }, el("h1", {}, w.storyTitle), el("p", {}, w.storyText), clockNode("story"),
    el("ol", {}, steps.map((step) => el("li", { class: step.done ? "done" : step.now ? "now" : "", "aria-current": step.now ? "step" : null },
      step.title[lang()], step.done ? el("span", { class: "visually-hidden" }, ` ${w.done}`) : null))),
    el("button", { type: "button", class: "button", "data-focus": "restart", onclick: (event) => busy(event.currentTarget, act("restart")) }, w.restart),
    el("p", { class: "about" }, w.aboutText));
}
