/** Draws the practice Sentry: its issues with status, counts, notes, links and activity; called at each new state. */

import { app, lang, now, ownLink, words } from "./app.js";
import { el, icon, keep } from "./dom.js";
import { shortText } from "./time.js";

const $ = (id) => document.getElementById(id);
const seen = new Map();

/** The list of issues, newest first as the server sends them. */
export function drawSentry() {
  const w = words();
  $("sentry").setAttribute("aria-label", "Sentry");
  keep($("sentry-head"), [{ key: "head", sign: lang(), make: () => el("div", { class: "head" }, el("h1", {}, "Sentry"), el("small", {}, w.sentryNote)) }]);
  $("issues").setAttribute("aria-label", w.issues);
  const entries = app.state.sentry.issues.map((issue) => ({
    key: issue.id, sign: JSON.stringify([issue, lang(), app.openIssues.has(issue.id)]), make: () => issueNode(issue),
  }));
  keep($("issues"), entries.length ? entries : [{ key: "empty", sign: lang(), make: () => el("p", { class: "empty" }, w.noIssues) }]);
  const changed = app.state.sentry.issues.some((issue) => seen.has(issue.id) && seen.get(issue.id) !== statusKey(issue)) || app.state.sentry.issues.length > seen.size;
  if (changed && seen.size) document.body.classList.add("sentry-news");
  if (document.body.dataset.tab === "sentry") document.body.classList.remove("sentry-news");
  for (const issue of app.state.sentry.issues) seen.set(issue.id, statusKey(issue));
}

/** Which word tells how an issue stands. */
function statusKey(issue) {
  if (issue.status === "ignored") return issue.substatus ?? "ignored";
  if (issue.status === "unresolved") return issue.substatus ?? "unresolved";
  return issue.status;
}

function issueNode(issue) {
  const w = words();
  const key = statusKey(issue);
  const opened = app.openIssues.has(issue.id);
  const moved = seen.has(issue.id) && seen.get(issue.id) !== key;
  const toggle = () => {
    app.openIssues[opened ? "delete" : "add"](issue.id);
    app.render();
  };
  const counts = [issue.count ? w.events(Number(issue.count)) : null, issue.userCount ? w.users(issue.userCount) : null].filter(Boolean).join(" · ");
  const head = el("button", { type: "button", class: "issue-head", "aria-expanded": String(opened), "data-focus": `issue-${issue.id}`, onclick: toggle },
    el("span", { class: "issue-line" }, el("b", { class: "short-id" }, issue.shortId), el("span", { class: `pill ${tone(key)}` }, w.status[key] ?? issue.status_text ?? key)),
    el("span", { class: "issue-title" }, issue.title), issue.culprit ? el("span", { class: "culprit" }, issue.culprit) : null,
    el("span", { class: "issue-facts" }, el("span", {}, counts), marks(issue), icon("M7 10l5 5 5-5")));
  return el("article", { class: `issue ${tone(key)}${moved ? " moved" : ""}`, "data-issue": issue.id, "data-home": `issue-home-${issue.id}`, tabindex: "-1", "aria-label": w.openIssue(issue.shortId) },
    head, opened ? details(issue) : null);
}

/** How many notes and links an issue has, in sight while it is folded. */
function marks(issue) {
  const w = words();
  const mark = (count, name, ...paths) => (count ? el("span", { class: "mark", title: name, "aria-label": `${name}: ${count}` }, icon(...paths), String(count)) : null);
  return [mark((issue.notes ?? []).length, w.notes, "M5 4h14v12l-4 4H5z", "M8 9h8M8 13h5"),
    mark((issue.links ?? []).length, w.links, "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1", "M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1")];
}

function tone(key) {
  if (key.startsWith("archived") || key === "ignored") return "quiet";
  if (key === "resolved") return "done";
  return key === "escalating" || key === "regressed" ? "loud" : "open";
}

function details(issue) {
  const w = words();
  const assignee = issue.assignedTo?.name ?? issue.assignedTo?.email ?? issue.assignedTo;
  const notes = (issue.notes ?? []).map((note) => el("li", { class: "note-text" }, stamp(note, null), el("p", {}, note.text ?? note.data?.text ?? "")));
  const links = (issue.links ?? []).map((one) => el("li", {}, linkTo(one)));
  const did = (issue.activity ?? []).filter((one) => one.type !== "note").map((one) => el("li", {}, stamp(one, w.did[one.type] ?? one.type)));
  return el("div", { class: "issue-more" },
    el("dl", {}, el("dt", {}, w.assignee), el("dd", {}, assignee || w.nobody)),
    part(w.notes, notes, w.noNotes), part(w.links, links, w.noLinks), part(w.activity, did, "…"));
}

/** A link to a message opens it here. */
function linkTo(one) {
  const open = ownLink(one.webUrl);
  return open ? el("button", { type: "button", class: "chip", "data-focus": `link-${one.id}`, onclick: open }, one.displayName) : el("span", { class: "chip" }, one.displayName);
}

function part(title, items, none) {
  return [el("h3", {}, title), items.length ? el("ul", {}, items) : el("p", { class: "none" }, none)];
}

function stamp(item, who) {
  const at = item.dateCreated ?? item.at;
  const by = item.user?.name ?? item.sentry_app?.name ?? "Sentry";
  return el("span", { class: "stamp" }, at ? el("time", {}, shortText(new Date(at), now(), lang())) : null, el("span", {}, [who, by].filter(Boolean).join(" · ")));
}
