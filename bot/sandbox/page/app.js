/** What this window shows: the state from the server and the choices of the person at the screen; shared by all parts. */

import { el } from "./dom.js";
import { askAgain, send } from "./net.js";
import { note } from "./overlay.js";
import { slackDate } from "./time.js";
import { WORDS } from "./words.js";

export const app = {
  state: null,
  as: sessionStorage.getItem("as") ?? "",
  channel: null,
  thread: null,
  home: false,
  drawer: false,
  openIssues: new Set(),
  refused: {},
  render: () => {},
};

/** The words of the chosen language. */
export function words() {
  return WORDS[lang()];
}

export function lang() {
  return app.state?.lang ?? "en";
}

/** The demo's clock, kept running between two answers of the server. */
export function now() {
  const { clock, receivedAt } = app.state;
  return new Date(Date.parse(clock.now) + (clock.running ? Date.now() - receivedAt : 0));
}

export function person(id) {
  return app.state.slack.users.find((user) => user.id === id);
}

export function personName(id) {
  const known = person(id);
  return known ? known.real_name || known.name : id;
}

/** Does something as the acting person; says so when nobody answers or the bot refuses. Resolves to the answer. */
export async function act(kind, detail = {}) {
  const answer = await send(app.as, kind, detail);
  if (!answer) note(words().offline);
  else if (answer.error === "timeout") note(words().noAnswer);
  else if (answer.error === "gone") note(words().gone);
  else if (answer.error) note(words().botSaid(answer.error));
  return answer;
}

/** From now on the screen is this person's. */
export function actAs(id) {
  if (app.as === id) return;
  app.as = id;
  app.refused = {};
  sessionStorage.setItem("as", id);
  askAgain();
}

/** Opens a channel, and in it a thread when `thread` is given. */
export function openChannel(id, thread = null) {
  Object.assign(app, { channel: id, thread, home: false, drawer: false });
  document.body.dataset.tab = "slack";
  app.render();
}

/** Opens an issue at the right and brings it into sight. */
export function openIssue(id) {
  app.openIssues.add(id);
  document.body.dataset.tab = "sentry";
  app.render();
  document.querySelector(`[data-issue="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "nearest" });
}

/** A link of a message that leads to something on this page: an issue or a message. */
export function ownLink(url) {
  const issue = /\/issues\/(\d+)\/?/.exec(url)?.[1];
  if (issue && app.state.sentry.issues.some((known) => known.id === issue)) return () => openIssue(issue);
  const [, channel, digits] = /\/archives\/([A-Z0-9]+)\/p(\d{16})/.exec(url) ?? [];
  if (!channel) return null;
  const root = /[?&]thread_ts=([\d.]+)/.exec(url)?.[1] ?? `${digits.slice(0, 10)}.${digits.slice(10)}`;
  return () => openChannel(channel, root);
}

/** What the drawing of blocks needs to know; `doing` adds where its controls report to. */
export function blockContext(doing) {
  return {
    lang: lang(),
    words: words(),
    people: () => app.state.slack.users.filter((user) => !user.is_bot && !user.deleted),
    channels: () => app.state.slack.channels.filter((channel) => !channel.is_im),
    person: (id, label) => el("span", { class: `mention${id === app.as ? " me" : ""}` }, `@${person(id) ? personName(id) : label || id}`),
    channel: (id) => app.state.slack.channels.find((channel) => channel.id === id)?.name,
    date: (moment, name) => slackDate(moment, name, lang()),
    openLink: ownLink,
    ...doing,
  };
}

/** Shows on the control that its click is under way. */
export async function busy(node, work) {
  node?.setAttribute("aria-busy", "true");
  try {
    return await work;
  } finally {
    node?.removeAttribute("aria-busy");
  }
}
