/** Starts the page: asks the server what is, draws it, and listens to the keys that work everywhere. */

import { act, app, busy, words } from "./app.js";
import { keepingFocus } from "./dom.js";
import { drawModal } from "./modal.js";
import { watch } from "./net.js";
import { note } from "./overlay.js";
import { drawSentry } from "./sentry.js";
import { closeThread, drawSlack, markRead, toggleDrawer } from "./slack.js";
import { drawStory, point, tick } from "./story.js";

app.render = () => keepingFocus((focus) => {
  if (!app.state) return;
  drawSlack();
  drawSentry();
  drawStory();
  drawModal(focus);
  point(app.state.hint.points);
});

let silent = false;

function show(state) {
  silent = false;
  const stage = app.state?.stage;
  app.state = { ...state, receivedAt: Date.now() };
  app.as = state.as;
  if (stage !== undefined && stage !== state.stage) Object.assign(app, { channel: null, thread: null, home: false });
  app.render();
  document.body.classList.remove("starting");
}

function lost() {
  if (!silent && app.state) note(words().offline);
  silent = true;
}

document.getElementById("next").addEventListener("click", (event) => busy(event.currentTarget, act("next", { step: app.state.hint.key })));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open], .menu")) return;
  if (app.drawer) toggleDrawer(false);
  else if (app.thread) closeThread();
});
document.addEventListener("pointerdown", (event) => {
  if (app.drawer && !document.getElementById("side").contains(event.target)) toggleDrawer(false);
});
for (const id of ["messages", "composer"]) {
  document.getElementById(id).addEventListener("pointerdown", () => setTimeout(markRead, 400));
  document.getElementById(id).addEventListener("keydown", () => setTimeout(markRead, 400));
}
setInterval(tick, 1000);
act("arrive");
watch(() => app.as, show, lost);
