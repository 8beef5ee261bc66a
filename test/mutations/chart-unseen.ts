/** Edits of the chart that change nothing which anybody could see, and why. */
export const unseenChartEdits: ReadonlyMap<string, string> = new Map([
  [
    "member.session.beginning: at once, without the way to unused",
    "With active-standby off nothing begins or ends in `beginning`, and neither does in `unused`.",
  ],
  [
    "member.role.holding.key.watched: begins in checking",
    "It asks once more whether its key is there, right after it won it or was told so.",
  ],
]);
