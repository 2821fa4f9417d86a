/** The emoji names that messages use; a name not in this list stays text, as in Slack. */
export const EMOJI = new Map(Object.entries({
  warning: "⚠️", rotating_light: "🚨", hourglass: "⌛", hourglass_flowing_sand: "⏳", alarm_clock: "⏰",
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", no_entry: "⛔", question: "❓", exclamation: "❗", bulb: "💡",
  red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢",
  large_blue_circle: "🔵", large_purple_circle: "🟣", white_circle: "⚪", black_circle: "⚫", white_large_square: "⬜", grey_question: "❔", left_right_arrow: "↔️",
  speech_balloon: "💬", thought_balloon: "💭", memo: "📝", pencil: "📝", pencil2: "✏️", book: "📖", books: "📚",
  link: "🔗", package: "📦", file_folder: "📁", card_index_dividers: "🗂️", broom: "🧹", mag: "🔍", eyes: "👀",
  raising_hand: "🙋", wave: "👋", pray: "🙏", "+1": "👍", thumbsup: "👍", tada: "🎉", bell: "🔔", no_bell: "🔕",
  calendar: "📅", date: "📅", spiral_calendar_pad: "🗓️", chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉",
  bar_chart: "📊", wrench: "🔧", hammer_and_wrench: "🛠️", repeat: "🔁", arrows_counterclockwise: "🔄",
  arrow_right: "➡️", arrow_up: "⬆️", arrow_down: "⬇️", arrow_upper_right: "↗️", heavy_minus_sign: "➖",
  fire: "🔥", construction: "🚧", shield: "🛡️", lock: "🔒", key: "🔑", robot_face: "🤖", bust_in_silhouette: "👤",
  busts_in_silhouette: "👥", telephone_receiver: "📞", email: "📧", information_source: "ℹ️", sunny: "☀️",
  sunrise: "🌅", crescent_moon: "🌙", zzz: "💤", seedling: "🌱", checkered_flag: "🏁", mega: "📣", pushpin: "📌",
}));
