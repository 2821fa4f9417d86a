/** Draws Block Kit: messages, modals and the Home all pass through `blockNodes`. */

import { el, icon } from "./dom.js";
import { controlNode } from "./controls.js";
import { emoji, link, mrkdwn, plain, textObject } from "./mrkdwn.js";

/** Entries for `keep`: one for each block, known by its block_id so that typed words survive an update. */
export function blockEntries(blocks, context) {
  return blocks.map((block, index) => ({
    key: block.block_id ?? `#${index}`,
    sign: JSON.stringify(block) + (context.errors?.[block.block_id] ?? "") + context.lang,
    make: () => blockNode(block, context),
  }));
}

/** The elements of a list of blocks. */
export function blockNodes(blocks, context) {
  return blocks.map((block) => blockNode(block, context));
}

function blockNode(block, context) {
  const draw = DRAW[block.type] ?? unknown;
  const node = draw(block, context);
  node.dataset.block = block.block_id ?? "";
  return node;
}

const DRAW = {
  section,
  header: (block) => el("h3", { class: "block header" }, plain(block.text.text)),
  divider: () => el("hr", { class: "block divider" }),
  context: (block, context) => el("div", { class: "block context" }, block.elements.map((part) => contextPart(part, context))),
  actions: (block, context) => el("div", { class: "block actions" }, block.elements.map((part) => controlNode(part, block, context))),
  input: inputBlock,
  rich_text: (block, context) => el("div", { class: "block rich" }, richParts(block.elements, context)),
  image: (block) => el("figure", { class: "block image" }, block.title ? el("figcaption", {}, plain(block.title.text)) : null,
    el("span", { class: "picture", role: "img", "aria-label": block.alt_text }, block.alt_text)),
  markdown: (block, context) => el("div", { class: "block section" }, mrkdwn(block.text.replaceAll("**", "*"), { ...context, verbatim: false })),
  table,
};

function unknown(block) {
  return el("div", { class: "block unknown" }, `[${block.type}]`);
}

function section(block, context) {
  const side = block.accessory
    ? el("div", { class: "accessory" }, block.accessory.type === "image" ? contextPart(block.accessory, context) : controlNode(block.accessory, block, context))
    : null;
  const fields = (block.fields ?? []).map((field) => el("div", { class: "field" }, textObject(field, context)));
  const main = el("div", { class: "main" }, block.text ? el("div", { class: "text" }, textObject(block.text, context)) : null,
    fields.length ? el("div", { class: "fields" }, fields) : null);
  return el("div", { class: `block section${side ? " with-side" : ""}` }, main, side);
}

function contextPart(part, context) {
  if (part.type === "image") return el("span", { class: "thumb", role: "img", "aria-label": part.alt_text });
  return el("span", { class: "text" }, textObject(part, context));
}

/** A question with its field, hint and refusal. */
function inputBlock(block, context) {
  const error = context.errors?.[block.block_id];
  const id = `in-${context.scope}-${block.block_id}`;
  const control = controlNode(block.element, block, { ...context, inputId: id, describedBy: error ? `${id}-error` : null });
  const group = ["radio_buttons", "checkboxes"].includes(block.element.type);
  const optional = block.optional ? el("span", { class: "optional" }, ` ${context.words.optional}`) : null;
  const label = group
    ? el("legend", { class: "label" }, plain(block.label.text), optional)
    : el("label", { class: "label", for: id }, plain(block.label.text), optional);
  return el(group ? "fieldset" : "div", { class: `block input${error ? " refused" : ""}` }, label, control,
    error ? el("p", { class: "error", id: `${id}-error`, role: "alert" }, icon("M12 4 2.5 20h19z", "M12 10v4m0 2.5v.5"), error) : null,
    block.hint ? el("p", { class: "hint-text" }, plain(block.hint.text)) : null);
}

function richParts(elements, context) {
  return elements.map((part) => {
    if (part.type === "rich_text_list") return richList(part, context);
    const inside = (part.elements ?? []).map((piece) => richPiece(piece, context));
    if (part.type === "rich_text_quote") return el("blockquote", {}, inside);
    if (part.type === "rich_text_preformatted") return el("pre", {}, el("code", {}, inside));
    return el("p", {}, inside);
  });
}

function richList(part, context) {
  const items = part.elements.map((item) => el("li", {}, item.elements.map((piece) => richPiece(piece, context))));
  return el(part.style === "ordered" ? "ol" : "ul", { class: `indent-${Math.min(part.indent ?? 0, 8)}`, start: part.offset ? part.offset + 1 : null }, items);
}

function richPiece(piece, context) {
  const node = RICH[piece.type]?.(piece, context) ?? "";
  const style = piece.style ?? {};
  const tags = [["bold", "strong"], ["italic", "em"], ["strike", "s"], ["code", "code"]].filter(([name]) => style[name]);
  return tags.reduce((inside, [, tag]) => el(tag, {}, inside), node);
}

const RICH = {
  text: (piece) => piece.text.split("\n").flatMap((line, n) => (n ? [el("br"), line] : [line])).reduce(gather, el("span")),
  link: (piece, context) => link(piece.url, piece.text || piece.url, context),
  user: (piece, context) => context.person(piece.user_id, ""),
  channel: (piece, context) => el("span", { class: "mention" }, `#${context.channel(piece.channel_id) ?? piece.channel_id}`),
  usergroup: () => el("span", { class: "mention" }, "@group"),
  broadcast: (piece) => el("span", { class: "mention loud" }, `@${piece.range}`),
  emoji: (piece) => emoji(piece.name),
  date: (piece, context) => piece.format.replace(/\{(\w+)\}/g, (whole, name) => context.date(new Date(piece.timestamp * 1000), name) ?? whole),
};

function gather(parent, child) {
  parent.append(child);
  return parent;
}

function table(block, context) {
  const rows = block.rows.map((row, index) => el("tr", {}, row.map((cell) =>
    el(index === 0 ? "th" : "td", {}, cell.type === "rich_text" ? richParts(cell.elements, context) : plain(cell.text ?? "", false)))));
  return el("div", { class: "block table", tabindex: "0" }, el("table", {}, el("tbody", {}, rows)));
}
