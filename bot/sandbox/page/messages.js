/** Draws messages with their cards, replies and new-line; used by the channel and by the thread pane. */

import { act, app, blockContext, busy, lang, openChannel, person, personName, words } from "./app.js";
import { blockNodes } from "./blocks.js";
import { el, icon } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { openMenu } from "./overlay.js";
import { dayKey, dayText, hourText, shortText } from "./time.js";
import { now } from "./app.js";

/** When a message was written, by the demo's clock. */
export function writtenAt(message) {
  return new Date(Number(message.ts) * 1000);
}

/** A round picture of a person or of the bot: initials on a colour of their own. */
export function avatar(id) {
  const known = person(id);
  if (known?.is_bot) return el("img", { class: "avatar", src: "page/mark.svg", alt: "" });
  const initials = personName(id).split(/\s+/).map((word) => word[0]).slice(0, 2).join("");
  const hue = [...id].reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) % 997, 7) % 6;
  return el("span", { class: `avatar hue-${hue}`, "aria-hidden": "true" }, initials);
}

/** Entries for `keep`: day headings, the line above what is new, and the messages. */
export function messageEntries(channel, messages, { inThread = false, firstNew = null } = {}) {
  const entries = [];
  let day = null;
  for (const message of messages) {
    const at = writtenAt(message);
    if (!inThread && dayKey(at) !== day) {
      day = dayKey(at);
      entries.push({ key: `day-${day}`, sign: lang(), make: () => el("h3", { class: "day" }, el("span", {}, dayText(at, lang()))) });
    }
    if (message.ts === firstNew) {
      entries.push({ key: "new-line", sign: lang(), make: () => el("p", { class: "new-line" }, words().newLine) });
    }
    const sign = JSON.stringify([message, lang(), app.as, dayKey(now())]);
    entries.push({ key: message.ts, sign, make: () => messageNode(channel, message, inThread) });
  }
  return entries;
}

function messageNode(channel, message, inThread) {
  const isApp = person(message.user)?.is_bot ?? Boolean(message.bot_id);
  const at = writtenAt(message);
  const scope = `${inThread ? "t" : "m"}-${message.ts}`;
  const head = el("div", { class: "by" },
    el("strong", {}, message.username ?? personName(message.user)), isApp ? el("span", { class: "app-mark" }, words().app) : null,
    el("time", { datetime: at.toISOString(), title: shortText(at, new Date(0), lang()) }, inThread ? shortText(at, now(), lang()) : hourText(at, lang())));
  return el("article", { class: `message${message.ephemeral ? " ephemeral" : ""}${message.blocks?.length ? " card" : ""}`, tabindex: "-1", "data-home": scope, "data-ts": message.ts, "aria-label": `${personName(message.user)}, ${hourText(at, lang())}` },
    avatar(message.user),
    el("div", { class: "said" },
      message.ephemeral ? el("p", { class: "only-you" }, icon("M2 12s4-6 10-6 10 6 10 6-4 6-10 6S2 12 2 12z", "M12 9.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z"), words().onlyYou) : null,
      head, inThread ? null : threadLine(channel, message), body(channel, message, scope, isApp), inThread ? null : replyLine(channel, message)),
    messageMenu(channel, message));
}

function body(channel, message, scope, isApp) {
  const at = { channel: channel.id, ts: message.ts };
  const context = blockContext({
    scope,
    entered: (block, action) => (message.entered ?? []).find((one) => one.block_id === block && one.action_id === action),
    press: (element, block, node) => busy(node, act("click", { ...at, action_id: element.action_id, block_id: block.block_id })),
    choose: (element, block, value, node) => busy(node, act("choose", { ...at, action_id: element.action_id, block_id: block.block_id, value })),
  });
  if (message.blocks?.length) return el("div", { class: "blocks" }, blockNodes(message.blocks, context));
  const edited = message.edited_times && !isApp ? el("small", { class: "edited" }, ` ${words().edited}`) : null;
  return el("div", { class: "text" }, mrkdwn(message.text ?? "", context), edited);
}

/** Above a reply that is shown in the channel too: the way to its thread. */
function threadLine(channel, message) {
  if (!message.thread_ts) return null;
  return el("button", { type: "button", class: "to-thread", "data-focus": `thread-of-${message.ts}`, onclick: () => openChannel(channel.id, message.thread_ts) }, words().toThread);
}

function replyLine(channel, message) {
  const replies = message.replies ?? [];
  if (!replies.length) return null;
  const last = writtenAt(replies.at(-1));
  const faces = [...new Set(replies.map((reply) => reply.user))].slice(0, 3).map(avatar);
  return el("button", { type: "button", class: "replies", "data-focus": `replies-${message.ts}`, onclick: () => openChannel(channel.id, message.ts) },
    el("span", { class: "faces" }, faces), el("b", {}, words().replies(replies.length)), el("span", { class: "when" }, words().lastReply(shortText(last, now(), lang()))));
}

/** What a person may do with any message: answer in its thread, or one of the app's message shortcuts. */
function messageMenu(channel, message) {
  if (message.ephemeral) return null;
  const items = [{ label: words().reply, go: () => openChannel(channel.id, message.thread_ts ?? message.ts) },
    ...(app.state.shortcuts ?? []).map((shortcut) => ({
      label: shortcut.name[lang()], go: () => act("shortcut", { callback_id: shortcut.callback_id, channel: channel.id, ts: message.ts }),
    }))];
  const node = el("button", { type: "button", class: "message-menu", "aria-haspopup": "menu", "aria-label": words().messageMenu, "data-focus": `menu-${message.ts}` },
    icon("M12 5h.01", "M12 12h.01", "M12 19h.01"));
  node.addEventListener("click", () => openMenu(node, items));
  return node;
}
