import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect, it } from "@jest/globals";
import { CONTROL_ACTIONS } from "../../emulator";
import { DEFAULT_SETTINGS } from "../../emulator/settings";

const PAGE = readFileSync(path.resolve(__dirname, "..", "..", "docs", "emulator.md"), "utf8");
const rows = [...PAGE.matchAll(/^\| (.*?`.*?) \| (.*) \|$/gm)].map(([, actions = "", text = ""]) => ({
  actions,
  text,
}));

/** "`GET`, `DELETE /x`" and "`POST /x`, `/y`" each stand for two. */
function actionsOf(cell: string): string[] {
  const words = [...cell.matchAll(/[A-Z]{3,}|\/[a-z/-]+/g)].map(([word]) => word);
  const paths = words.filter((word) => word.startsWith("/"));
  return words.filter((word) => !word.startsWith("/")).flatMap((method) => paths.map((path) => `${method} ${path}`));
}

it("docs/emulator.md's tables of the control address name its actions, and no others", () => {
  const named = rows.flatMap(({ actions }) => actionsOf(actions));
  expect([...new Set(named)].sort()).toEqual([...CONTROL_ACTIONS].sort());
});

it("docs/emulator.md names the settings of the local PISTE, and no others", () => {
  const { text } = rows.find(({ actions }) => actions.includes("/settings")) ?? { text: "" };
  expect([...text.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(Object.keys(DEFAULT_SETTINGS));
});
