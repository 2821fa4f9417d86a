/** Turns Slack's mrkdwn into elements, as strictly as Slack does; used for every message text. */

import { el } from "./dom.js";
import { EMOJI } from "./emoji.js";

const MARKS = { "*": "strong", _: "em", "~": "s" };
const EDGE = /[\s!-/:-@[-`{-~…·–—‘’“”]/;
const URL_IN_TEXT = /^https?:\/\/[^\s<>|"']+[^\s<>|"'.,;:!?)\]}]/;
const SAFE_LINK = /^(https?:\/\/|mailto:)/i;

/** Entities are decoded once: `&amp;lt;` shows as `&lt;`. */
function decode(text) {
  return text.replace(/&(amp|lt|gt);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">" })[name]);
}

function pushText(out, text) {
  if (text) out.push(decode(text));
}

/** `:name:` where the name is known; the rest stays as it is. */
function emojiAt(text, start) {
  const found = /^:([a-z0-9_+-]+):/.exec(text.slice(start, start + 60));
  const sign = found && EMOJI.get(found[1]);
  return sign ? { length: found[0].length, node: emoji(found[1], sign) } : null;
}

/** An emoji with its name for those who hear the page. */
export function emoji(name, sign = EMOJI.get(name)) {
  if (!sign) return `:${name}:`;
  return el("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, sign);
}

/** Text with emoji names and nothing else, as plain_text shows it. */
export function plain(text, withEmoji = true) {
  const out = [];
  let from = 0;
  for (let at = 0; withEmoji && at < text.length; at += 1) {
    const found = text[at] === ":" && emojiAt(text, at);
    if (!found) continue;
    out.push(text.slice(from, at), found.node);
    at += found.length - 1;
    from = at + 1;
  }
  out.push(text.slice(from));
  return out.filter((part) => part !== "");
}

/** A link; what is not http, https or mailto is shown as text only. */
export function link(url, label, context) {
  if (!SAFE_LINK.test(url)) return el("span", {}, label);
  const known = context.openLink?.(url);
  const attributes = { href: url, target: "_blank", rel: "noopener noreferrer", class: "link" };
  if (known) attributes.onclick = (event) => (event.preventDefault(), known());
  return el("a", attributes, label);
}

/** `<...>`: a mention, a date, a link. */
function angled(inside, context) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : decode(inside.slice(bar + 1));
  if (target.startsWith("@")) return context.person(target.slice(1), label);
  if (target.startsWith("#")) return el("span", { class: "mention" }, `#${context.channel(target.slice(1)) ?? label}`);
  if (target.startsWith("!date^")) return date(target, label, context);
  if (target.startsWith("!subteam^")) return el("span", { class: "mention" }, label || "@group");
  if (target.startsWith("!")) return el("span", { class: "mention loud" }, `@${label || target.slice(1)}`);
  return link(decode(target), label ? plain(label) : decode(target).replace(/^mailto:/, ""), context);
}

/** `<!date^seconds^format^link|fallback>` in the workspace's time zone. */
function date(target, fallback, context) {
  const [, seconds, format, url] = target.split("^");
  const moment = new Date(Number(seconds) * 1000);
  if (!format || Number.isNaN(moment.getTime())) return fallback;
  const text = decode(format).replace(/\{(\w+)\}/g, (whole, name) => context.date(moment, name) ?? whole);
  return url ? link(decode(url), text, context) : el("time", { datetime: moment.toISOString() }, text);
}

/** Where a mark that opens at `start` closes, or -1: it must hug its words and stand at an edge on both sides. */
function closing(text, start, mark) {
  if (start > 0 && !EDGE.test(text[start - 1])) return -1;
  if (start + 1 >= text.length || /\s/.test(text[start + 1]) || text[start + 1] === mark) return -1;
  for (let at = start + 2; at < text.length && text[at] !== "\n"; at += 1) {
    if (text[at] !== mark || /\s/.test(text[at - 1])) continue;
    if (at + 1 >= text.length || EDGE.test(text[at + 1])) return at;
  }
  return -1;
}

/** Marks, code, links and emoji of one line. */
function inline(text, context) {
  const out = [];
  let from = 0;
  let at = 0;
  const take = (end, node) => {
    pushText(out, text.slice(from, at));
    out.push(node);
    at = end;
    from = end;
  };
  while (at < text.length) {
    const sign = text[at];
    if (sign === "<" && text.indexOf(">", at) > at + 1) {
      const end = text.indexOf(">", at);
      take(end + 1, angled(text.slice(at + 1, end), context));
    } else if (sign === "`" && text.indexOf("`", at + 1) > at + 1) {
      const end = text.indexOf("`", at + 1);
      take(end + 1, el("code", {}, decode(text.slice(at + 1, end))));
    } else if (MARKS[sign] && closing(text, at, sign) > 0) {
      const end = closing(text, at, sign);
      take(end + 1, el(MARKS[sign], {}, inline(text.slice(at + 1, end), context)));
    } else if (sign === ":" && emojiAt(text, at)) {
      const found = emojiAt(text, at);
      take(at + found.length, found.node);
    } else if (sign === "h" && !context.verbatim && URL_IN_TEXT.test(text.slice(at, at + 3000))) {
      const [url] = URL_IN_TEXT.exec(text.slice(at, at + 3000));
      take(at + url.length, link(decode(url), decode(url), context));
    } else at += 1;
  }
  pushText(out, text.slice(from));
  return out;
}

/** Lines, with `>` quotes gathered; a quote sign may come escaped, as Slack shows both. */
function lines(text, context) {
  const out = [];
  let quote = null;
  text.split("\n").forEach((line, index, all) => {
    const quoted = /^(?:>|&gt;) ?(.*)$/s.exec(line);
    if (quoted) {
      if (!quote) out.push((quote = el("blockquote")));
      else quote.append(el("br"));
      quote.append(...inline(quoted[1], context));
      return;
    }
    const afterQuote = quote !== null;
    quote = null;
    if (index > 0 && !afterQuote) out.push(el("br"));
    if (line === "" && index === all.length - 1) return;
    out.push(...inline(line, context));
  });
  return out;
}

/** A whole mrkdwn text: fences first, since nothing inside them has a meaning. */
export function mrkdwn(text, context) {
  const out = [];
  text.split(/```([\s\S]+?)```/g).forEach((part, index) => {
    if (index % 2 === 1) out.push(el("pre", {}, el("code", {}, decode(part.replace(/^\n/, "").replace(/\n$/, "")))));
    else if (part) out.push(...lines(index > 0 ? part.replace(/^\n/, "") : part, context));
  });
  return out;
}

/** A text object of Block Kit: mrkdwn or plain_text. */
export function textObject(object, context) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text, { ...context, verbatim: object.verbatim === true });
  const parts = plain(object.text, object.emoji !== false);
  return parts.flatMap((part) =>
    typeof part === "string" ? part.split("\n").flatMap((line, n) => (n ? [el("br"), line] : [line])) : [part]);
}
