/** Dialogs, menus and passing notes that stand over the page; each gives the focus back when it goes. */

import { el, fill } from "./dom.js";
import { plain, textObject } from "./mrkdwn.js";

/** Shows a confirm object of Block Kit; resolves to whether the person went on. */
export function ask(confirm, context) {
  return new Promise((resolve) => {
    const back = document.activeElement;
    const answer = (value) => {
      dialog.close();
      dialog.remove();
      back?.isConnected && back.focus();
      resolve(value);
    };
    const dialog = el("dialog", { class: "sheet confirm", "aria-labelledby": "confirm-title", role: "alertdialog" },
      el("h2", { id: "confirm-title" }, plain(confirm.title.text)),
      el("p", {}, textObject(confirm.text, context)),
      el("div", { class: "row end" },
        el("button", { type: "button", class: "button", autofocus: true, onclick: () => answer(false) }, plain(confirm.deny.text)),
        el("button", { type: "button", class: `button ${confirm.style ?? "primary"}`, onclick: () => answer(true) }, plain(confirm.confirm.text))));
    dialog.addEventListener("cancel", (event) => (event.preventDefault(), answer(false)));
    document.body.append(dialog);
    dialog.showModal();
  });
}

let closeOpenMenu = null;

/** A menu under `anchor`; arrows move, Enter chooses, Escape closes. */
export function openMenu(anchor, items) {
  closeOpenMenu?.();
  const menu = el("div", { class: "menu", role: "menu" });
  const close = (returnFocus = true) => {
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    closeOpenMenu = null;
    if (returnFocus) anchor.isConnected && anchor.focus();
  };
  const outside = (event) => menu.contains(event.target) || close(false);
  fill(menu, items.map((item) => el("button", { type: "button", role: "menuitem", class: "menu-item",
    onclick: () => (close(), item.go()) }, el("span", {}, item.label), item.note ? el("small", {}, item.note) : null)));
  menu.addEventListener("keydown", (event) => moveInMenu(event, menu, close));
  (anchor.closest("dialog") ?? document.body).append(menu);
  placeMenu(menu, anchor);
  anchor.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  closeOpenMenu = close;
  menu.firstElementChild?.focus();
}

function moveInMenu(event, menu, close) {
  const items = [...menu.children];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: (at + 1) % items.length, ArrowUp: (at - 1 + items.length) % items.length, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined) items[to].focus();
  else if (event.key === "Escape" || event.key === "Tab") {
    event.stopPropagation();
    close();
  } else return;
  event.preventDefault();
}

function placeMenu(menu, anchor) {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = box.bottom + height + 8 < window.innerHeight;
  menu.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, below ? box.bottom + 4 : box.top - height - 4)}px`;
}

/** A note at the edge that goes by itself; said aloud too. */
export function note(text) {
  const place = document.getElementById("notes");
  const item = el("p", { class: "note" }, text);
  place.append(item);
  setTimeout(() => item.remove(), 6000);
}
