/** Talks with the demo's server: one long poll for what is, one POST for what a person does. */

const token = document.querySelector("meta[name=demo-token]").content;
const headers = { "X-Demo-Token": token, "Content-Type": "application/json" };

let abort = new AbortController();

/** Asks for the next state for ever; `next` says for whom, `show` draws it, `lost` says that nobody answers. */
export async function watch(next, show, lost) {
  let version = -1;
  for (;;) {
    abort = new AbortController();
    try {
      const person = next();
      const answer = await fetch(`state?as=${encodeURIComponent(person)}&since=${version}`, { headers, signal: abort.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const state = await answer.json();
      version = person === next() && state.slack ? state.version : -1;
      if (version >= 0) show(state);
    } catch (error) {
      version = -1;
      if (error.name === "AbortError") continue;
      lost();
      await new Promise((resolve) => setTimeout(resolve, 1500));
    }
  }
}

/** Lets go of the present poll, so that the next one asks for another person. */
export function askAgain() {
  abort.abort();
}

/** Tells the server what a person does; resolves to its answer, or null when nobody answered. */
export async function send(as, kind, detail) {
  try {
    const answer = await fetch("act", { method: "POST", headers, body: JSON.stringify({ as, kind, ...detail }) });
    return await answer.json();
  } catch {
    return null;
  }
}
