/** Dates as people of the workspace read them, always in its time zone. */

export const ZONE = "Asia/Tokyo";

const made = new Map();

function formatter(lang, options) {
  const key = lang + JSON.stringify(options);
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat(lang === "ja" ? "ja-JP" : "en-GB", { timeZone: ZONE, hourCycle: "h23", ...options }));
  return made.get(key);
}

function parts(moment, lang, options) {
  return Object.fromEntries(formatter(lang, options).formatToParts(moment).map((part) => [part.type, part.value]));
}

/** `11:40` */
export function hourText(moment, lang) {
  return formatter(lang, { hour: "2-digit", minute: "2-digit" }).format(moment);
}

/** `Mon 2 Nov 2026` or `2026/11/2(月)` */
export function dateText(moment, lang) {
  const p = parts(moment, lang, { weekday: "short", year: "numeric", month: lang === "ja" ? "numeric" : "short", day: "numeric" });
  const ja = () => `${p.year}/${p.month.replace("月", "")}/${p.day.replace("日", "")}(${p.weekday})`;
  return lang === "ja" ? ja() : `${p.weekday} ${p.day} ${p.month} ${p.year}`;
}

/** A heading between the messages of two days. */
export function dayText(moment, lang) {
  return formatter(lang, { weekday: "long", month: "long", day: "numeric" }).format(moment);
}

/** The day of a moment in the workspace's zone, to compare with another. */
export function dayKey(moment) {
  return formatter("en", { year: "numeric", month: "2-digit", day: "2-digit" }).format(moment);
}

/** `11:40` today, else `2 Nov 11:40`. */
export function shortText(moment, now, lang) {
  if (dayKey(moment) === dayKey(now)) return hourText(moment, lang);
  const p = parts(moment, lang, { month: lang === "ja" ? "numeric" : "short", day: "numeric" });
  const day = lang === "ja" ? `${p.month.replace("月", "")}/${p.day.replace("日", "")}` : `${p.day} ${p.month}`;
  return `${day} ${hourText(moment, lang)}`;
}

/** The tokens of Slack's `<!date^...>`. */
export function slackDate(moment, token, lang) {
  const options = {
    date_num: { year: "numeric", month: "2-digit", day: "2-digit" }, date: { year: "numeric", month: "long", day: "numeric" },
    date_short: { year: "numeric", month: "short", day: "numeric" }, date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
    time: { hour: "2-digit", minute: "2-digit" }, time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  }[token.replace("_pretty", "")];
  return options ? formatter(lang, options).format(moment) : null;
}
