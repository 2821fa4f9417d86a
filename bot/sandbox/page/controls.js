/** Draws Block Kit's interactive elements and reads what was put into them; called by blocks.js and modal.js. */

import { el, icon } from "./dom.js";
import { plain, textObject } from "./mrkdwn.js";
import { ask, openMenu } from "./overlay.js";

const readers = new WeakMap();

/** What stands in the inputs under `root`: a list of {block_id, action_id, value}, null where nothing was said. */
export function readValues(root) {
  return [...root.querySelectorAll("[data-input]")].map((node) => ({ ...readers.get(node).names, value: readers.get(node).read() }));
}

/** One interactive element; `context.press` and `context.choose` say what to do with it. */
export function controlNode(element, block, context) {
  const draw = DRAW[element.type];
  if (!draw) return el("span", { class: "unknown" }, `[${element.type}]`);
  const node = draw(element, block, context);
  const focus = node.matches("input, select, textarea, button, a") ? node : node.querySelector("input, select, textarea, button");
  if (focus) focus.dataset.focus = `${context.scope}/${block.block_id}/${element.action_id}`;
  node.dataset.action = element.action_id ?? "";
  return node;
}

/** Makes the element's value readable at submission, and tells the bot at once where the block asks for it. */
function field(node, element, block, context, read, event = "change") {
  readers.set(node, { names: { block_id: block.block_id, action_id: element.action_id }, read });
  node.setAttribute("data-input", "");
  const tells = block.type !== "input" || block.dispatch_action === true;
  if (tells && event) node.addEventListener(event, () => guarded(element, context, () => context.choose(element, block, read(), node)));
  return node;
}

/** Asks first where the element carries a confirm object. */
async function guarded(element, context, go) {
  if (element.confirm && !(await ask(element.confirm, context))) return;
  go();
}

/** What a person entered before this element was drawn anew; undefined where nobody has. */
function entered(element, block, context) {
  const state = context.entered?.(block.block_id, element.action_id);
  if (!state) return undefined;
  if ("selected_options" in state) return state.selected_options?.map((option) => option.value) ?? [];
  if ("selected_option" in state) return state.selected_option?.value;
  return state.value ?? state.selected_user ?? state.selected_channel ?? state.selected_conversation ?? state.selected_date ?? state.selected_time ?? undefined;
}

function aria(element, context) {
  return { id: context.inputId ?? null, "aria-describedby": context.describedBy ?? null, "aria-invalid": context.describedBy ? "true" : null,
    "aria-label": context.inputId ? null : element.accessibility_label ?? element.placeholder?.text ?? element.action_id };
}

function button(element, block, context) {
  const node = el(element.url ? "a" : "button", {
    class: `button ${element.style ?? ""}`, type: element.url ? null : "button", "aria-label": element.accessibility_label ?? null,
    href: element.url && /^https?:\/\//.test(element.url) ? element.url : null, target: element.url ? "_blank" : null, rel: element.url ? "noopener noreferrer" : null,
  }, plain(element.text.text, element.text.emoji !== false));
  const known = element.url ? context.openLink?.(element.url) : null;
  node.addEventListener("click", (event) => {
    if (known) event.preventDefault();
    guarded(element, context, () => {
      known?.();
      context.press(element, block, node);
    });
  });
  return node;
}

function select(options, groups, initial, element, context) {
  const option = (item) => el("option", { value: item.value }, item.text.text);
  const node = el("select", { ...aria(element, context), class: "select" },
    el("option", { value: "", disabled: context.optional ? null : true }, element.placeholder?.text ?? context.words.choose),
    groups ? groups.map((group) => el("optgroup", { label: group.label.text }, group.options.map(option))) : options.map(option));
  node.value = initial ?? "";
  return node;
}

function staticSelect(element, block, context) {
  const node = select(element.options, element.option_groups, entered(element, block, context) ?? element.initial_option?.value, element, { ...context, optional: block.optional });
  return field(node, element, block, context, () => node.value || null);
}

function peopleSelect(element, block, context) {
  const options = context.people().map((person) => ({ value: person.id, text: { text: person.real_name || person.name } }));
  const node = select(options, null, entered(element, block, context) ?? element.initial_user, element, { ...context, optional: block.optional });
  return field(node, element, block, context, () => node.value || null);
}

function channelSelect(element, block, context) {
  const options = context.channels().map((channel) => ({ value: channel.id, text: { text: `#${channel.name}` } }));
  const node = select(options, null, entered(element, block, context) ?? element.initial_channel ?? element.initial_conversation, element, { ...context, optional: block.optional });
  return field(node, element, block, context, () => node.value || null);
}

function overflow(element, block, context) {
  const node = el("button", { class: "button overflow", type: "button", "aria-haspopup": "menu", "aria-label": context.words.more },
    icon("M5 12h.01", "M12 12h.01", "M19 12h.01"));
  node.addEventListener("click", () => openMenu(node, element.options.map((option) => ({
    label: plain(option.text.text), note: option.description ? plain(option.description.text) : null,
    go: () => guarded(element, context, () => context.choose(element, block, option.value, node)),
  }))));
  return node;
}

/** Radio buttons and check boxes. */
function choices(type) {
  return (element, block, context) => {
    const initial = (type === "radio" ? [element.initial_option] : element.initial_options ?? []).filter(Boolean).map((item) => item.value);
    const chosen = new Set([entered(element, block, context) ?? initial].flat());
    const name = `${context.scope}-${block.block_id}-${element.action_id}`;
    const node = el("div", { class: "choices", "aria-describedby": context.describedBy ?? null }, element.options.map((option, index) =>
      el("label", { class: "choice" },
        el("input", { type, name, value: option.value, checked: chosen.has(option.value), id: index === 0 ? context.inputId ?? null : null }),
        el("span", {}, textObject(option.text, context), option.description ? el("small", {}, textObject(option.description, context)) : null))));
    const read = () => {
      const values = [...node.querySelectorAll("input:checked")].map((box) => box.value);
      return type === "radio" ? values[0] ?? null : values;
    };
    return field(node, element, block, context, read);
  };
}

function textInput(element, block, context) {
  const node = el(element.multiline ? "textarea" : "input", {
    ...aria(element, context), type: element.multiline ? null : "text", class: "text-input", rows: element.multiline ? "3" : null,
    placeholder: element.placeholder?.text ?? null, maxlength: element.max_length ?? 3000, value: entered(element, block, context) ?? element.initial_value ?? "", autocomplete: "off",
  });
  field(node, element, block, context, () => node.value || null, null);
  const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const tell = () => context.choose(element, block, node.value, node);
  if (block.dispatch_action && when.includes("on_character_entered")) node.addEventListener("input", tell);
  if (block.dispatch_action && when.includes("on_enter_pressed")) {
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || element.multiline) return;
      event.preventDefault();
      tell();
    });
  }
  return node;
}

/** Fields that the browser draws: dates, times, numbers, addresses. */
function native(type, initial) {
  return (element, block, context) => {
    const node = el("input", { ...aria(element, context), type, class: "text-input native", value: entered(element, block, context) ?? element[initial] ?? "", min: element.min_value ?? null,
      max: element.max_value ?? null, step: type === "number" && element.is_decimal_allowed ? "any" : null });
    return field(node, element, block, context, () => node.value || null);
  };
}

const DRAW = {
  button,
  static_select: staticSelect,
  users_select: peopleSelect,
  channels_select: channelSelect,
  conversations_select: channelSelect,
  overflow,
  radio_buttons: choices("radio"),
  checkboxes: choices("checkbox"),
  plain_text_input: textInput,
  datepicker: native("date", "initial_date"),
  timepicker: native("time", "initial_time"),
  number_input: native("number", "initial_value"),
  email_text_input: native("email", "initial_value"),
  url_text_input: native("url", "initial_value"),
};
