/** Draws the workspace: channels, people, the open channel or Home, the thread; called at each new state. */

import { act, actAs, app, blockContext, busy, lang, openChannel, personName, words } from "./app.js";
import { blockEntries } from "./blocks.js";
import { el, fill, icon, keep } from "./dom.js";
import { avatar, messageEntries } from "./messages.js";

const $ = (id) => document.getElementById(id);
const MENU = "M4 7h16M4 12h16M4 17h16";
const CLOSE = "M6 6l12 12M18 6 6 18";
const BACK = "M15 5l-7 7 7 7";
const SEND = "M4 12 20 5l-5 15-3.500-6.500z";

/** All of the workspace, from the present state. */
export function drawSlack() {
  const { channels } = app.state.slack;
  if (!channels.some((channel) => channel.id === app.channel)) app.channel = app.state.scene.channel ?? channels[0]?.id;
  const channel = channels.find((known) => known.id === app.channel);
  if (!channel) return;
  drawSide(channels);
  $("channel").classList.toggle("at-home", app.home);
  $("messages").hidden = app.home;
  $("composer").hidden = app.home;
  $("home").hidden = !app.home;
  drawHead(channel);
  if (app.home) drawHome();
  else drawChannel(channel);
  drawThread(channel);
}

/** Takes all messages of the open channel as seen: the person has touched something in it. */
export function markRead() {
  const channel = app.state?.slack.channels.find((known) => known.id === app.channel);
  if (channel?.unread && !app.home) act("read", { channel: channel.id });
}

function drawSide(channels) {
  const w = words();
  const sign = JSON.stringify([lang(), app.as, app.channel, app.home, app.drawer, app.state.scene.people, channels]);
  document.body.classList.toggle("drawer", app.drawer);
  $("side").setAttribute("aria-label", w.menu);
  keep($("side"), [{ key: "side", sign, make: () => el("div", { class: "side" },
    el("div", { class: "team" }, el("strong", {}, app.state.scene.team),
      el("button", { type: "button", class: "plain only-phone", "aria-label": w.close, "data-focus": "drawer-close", onclick: () => toggleDrawer(false) }, icon(CLOSE))),
    el("h2", {}, w.channels), el("ul", {}, channels.filter((channel) => !channel.is_im).map(channelRow)),
    el("h2", {}, w.apps), el("ul", {}, homeRow(), channels.filter((channel) => channel.is_im).map(channelRow)),
    el("h2", {}, w.actAs), el("ul", { class: "people" }, app.state.scene.people.map(personRow))) }]);
}

function channelRow(channel) {
  const count = channel.unread;
  const here = !app.home && channel.id === app.channel;
  return el("li", {}, el("button", { type: "button", class: count ? "row fresh" : "row", "aria-current": here ? "page" : null, "data-focus": `channel-${channel.id}`,
    onclick: () => openChannel(channel.id) }, el("span", { class: "hash" }, channel.is_im ? "" : "#"), el("span", { class: "grow" }, channelName(channel)),
  count ? el("span", { class: "badge", "aria-label": words().unread(count) }, String(count)) : null));
}

/** `dev-alerts`, or the words for the conversation with the bot. */
function channelName(channel) {
  return channel.is_im ? `Triage · ${words().messages}` : channel.name;
}

function titleOf(channel) {
  return channel.is_im ? channelName(channel) : `#${channel.name}`;
}

function homeRow() {
  return el("li", {}, el("button", { type: "button", class: "row", "aria-current": app.home ? "page" : null, "data-focus": "home", onclick: openHome },
    el("img", { src: "page/mark.svg", alt: "", width: 18, height: 18 }), el("span", { class: "grow" }, `Triage · ${words().home}`)));
}

function personRow(one) {
  const mine = one.id === app.as;
  return el("li", {}, el("button", { type: "button", class: "row", "aria-pressed": String(mine), "data-focus": `as-${one.id}`, onclick: () => (actAs(one.id), toggleDrawer(false)) },
    avatar(one.id), el("span", { class: "grow" }, personName(one.id), el("small", {}, one.on_duty ? words().onDuty : one.backup ? words().backup : one.role[lang()]))));
}

function openHome() {
  Object.assign(app, { home: true, thread: null, drawer: false });
  document.body.dataset.tab = "slack";
  act("open_home");
  app.render();
}

export function toggleDrawer(open) {
  app.drawer = open;
  app.render();
  document.querySelector(open ? "[data-focus=drawer-close]" : "[data-focus=drawer-open]")?.focus();
}

function drawHead(channel) {
  const w = words();
  const sign = JSON.stringify([lang(), channel, app.home, app.as]);
  $("channel").setAttribute("aria-label", app.home ? w.home : titleOf(channel));
  keep($("channel-head"), [{ key: "head", sign, make: () => el("div", { class: "head" },
    el("button", { type: "button", class: "plain only-phone", "aria-label": w.menu, "data-focus": "drawer-open", onclick: () => toggleDrawer(true) }, icon(MENU)),
    el("h1", {}, app.home ? "Triage" : titleOf(channel)),
    el("span", { class: "acting", title: w.actingAs(personName(app.as)) }, avatar(app.as), el("span", { class: "visually-hidden" }, w.actingAs(personName(app.as))))) }]);
}

const followers = new Map();

/** Draws into a list that stays at its end, also when it is resized, until someone scrolls up to read. */
function draw(list, entries, label) {
  if (!followers.has(list)) follow(list);
  const follower = followers.get(list);
  if (follower.of !== label) Object.assign(follower, { of: label, atEnd: true });
  list.setAttribute("aria-label", label);
  keep(list, entries);
  if (follower.atEnd) list.scrollTop = list.scrollHeight;
}

function follow(list) {
  const follower = { of: null, atEnd: true, height: 0 };
  followers.set(list, follower);
  list.addEventListener("scroll", () => {
    if (list.clientHeight === follower.height) follower.atEnd = isAtEnd(list);
  });
  new ResizeObserver(() => {
    follower.height = list.clientHeight;
    if (follower.atEnd) list.scrollTop = list.scrollHeight;
  }).observe(list);
}

function isAtEnd(list) {
  return list.scrollHeight - list.scrollTop - list.clientHeight < 60;
}

/** Shows a control with its message, and lets the list of messages stay there. */
export function bringIntoSight(node) {
  (node.closest(".message") ?? node).scrollIntoView({ block: "nearest" });
  const list = node.closest(".messages");
  if (followers.has(list)) followers.get(list).atEnd = isAtEnd(list);
}

function drawChannel(channel) {
  const messages = app.state.slack.messages[channel.id] ?? [];
  const unread = channel.unread ? messages.filter((message) => message.user !== app.as && !message.ephemeral).at(-channel.unread) : null;
  const entries = messageEntries(channel, messages, { firstNew: unread?.ts });
  const empty = [{ key: "empty", sign: lang(), make: () => el("p", { class: "empty" }, words().noMessages) }];
  draw($("messages"), entries.length ? entries : empty, words().messagesOf(titleOf(channel)));
  drawComposer($("composer"), channel, null);
}

function drawHome() {
  const view = app.state.slack.home;
  const at = (element, block) => ({ action_id: element.action_id, block_id: block.block_id, home: true });
  const context = blockContext({
    scope: "home",
    press: (element, block, node) => busy(node, act("view_click", at(element, block))),
    choose: (element, block, value, node) => busy(node, act("view_choose", { ...at(element, block), value })),
  });
  const empty = [{ key: "empty", sign: lang(), make: () => el("p", { class: "empty" }, words().noMessages) }];
  keep($("home"), view ? blockEntries(view.blocks, context) : empty);
}

function drawThread(channel) {
  const root = app.thread && !app.home ? (app.state.slack.messages[channel.id] ?? []).find((message) => message.ts === app.thread) : null;
  $("thread").hidden = !root;
  document.body.classList.toggle("with-thread", Boolean(root));
  if (!root) return;
  const w = words();
  $("thread").setAttribute("aria-label", w.thread);
  keep($("thread-head"), [{ key: "head", sign: lang() + channel.name, make: () => el("div", { class: "head" },
    el("button", { type: "button", class: "plain only-phone", "aria-label": w.back, onclick: closeThread }, icon(BACK)),
    el("h1", {}, w.thread, el("small", {}, ` ${titleOf(channel)}`)),
    el("button", { type: "button", class: "plain not-phone", "aria-label": w.close, "data-focus": "thread-close", onclick: closeThread }, icon(CLOSE))) }]);
  draw($("thread-messages"), messageEntries(channel, [root, ...(root.replies ?? [])], { inThread: true }), `${w.thread} ${root.ts}`);
  drawComposer($("thread-composer"), channel, root.ts);
}

export function closeThread() {
  const ts = app.thread;
  app.thread = null;
  app.render();
  document.querySelector(`[data-focus="replies-${CSS.escape(ts)}"]`)?.focus();
}

function drawComposer(form, channel, thread) {
  const label = thread ? words().reply : words().write(titleOf(channel));
  keep(form, [{ key: "composer", sign: JSON.stringify([label, channel.id, thread, app.as]), make: () => composerNode(form, channel, thread, label) }]);
}

function composerNode(form, channel, thread, label) {
  const box = el("textarea", { rows: 1, placeholder: label, "aria-label": label, "data-focus": `write-${channel.id}-${thread ?? ""}` });
  const go = () => {
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    const [command, ...rest] = text.split(" ");
    if (!thread && command.startsWith("/")) act("slash", { channel: channel.id, command, text: rest.join(" ") });
    else act("say", { channel: channel.id, text, thread_ts: thread });
  };
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    go();
  });
  form.onsubmit = (event) => (event.preventDefault(), go());
  return el("div", { class: "compose" }, box, el("button", { type: "submit", class: "plain", "aria-label": words().send }, icon(SEND)));
}
