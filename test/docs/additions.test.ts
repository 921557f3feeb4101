/**
 * What one more alarm or API still lacks beyond its code, in words that say what to write: CONTRIBUTING.md, "To add …",
 * has the same in order.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { ALARM_SEVERITIES, runbookOf, type AlarmName } from "../../aws/alarms/alarm-names";
import { API_NAMES } from "../../piste/api-catalogue";

const ROOT = path.resolve(__dirname, "..", "..");
const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");
const RUNBOOKS = "docs/runbooks/README.md";
const EXAMPLE = "examples/terraform/alarms.tf";
const ADOPTED = "examples/terraform/from-constructs/adopt.tf";
const CONFIGURATION = "docs/configuration.md";
/** Opt-in, with a function of its own, and so not in the example. */
const NOT_IN_THE_EXAMPLE: readonly AlarmName[] = ["connection-refused"];

/** The example makes the reminders from a map of names. */
const example = read(EXAMPLE) + read("examples/terraform/main.tf");

const adopted = read(ADOPTED);

/** The reminders of a password's end differ by days, and are one resource. */
const resourceOf = (alarm: AlarmName, joint = "_"): string => alarm.replace(/-\d.*$/, "").replaceAll("-", joint);

function lackedBy(alarm: AlarmName): string[] {
  const english = runbookOf(alarm);
  return [
    ...[english, english.replace(/\.md$/, ".fr.md")]
      .filter((page) => !existsSync(path.join(ROOT, page)))
      .map((page) => `write ${page}, what to do when ${alarm} rings: copy its neighbour and keep the headings`),
    ...(read(RUNBOOKS).includes(`\`${alarm}\``) ? [] : [`add a row for ${alarm} to ${RUNBOOKS}`]),
    ...(NOT_IN_THE_EXAMPLE.includes(alarm) || example.includes(`"\${local.name}-${alarm}"`)
      ? []
      : [`add ${alarm} to ${EXAMPLE}, as aws/alarms/alarm-plans.ts has it`]),
    ...(NOT_IN_THE_EXAMPLE.includes(alarm) || adopted.includes(`aws_cloudwatch_metric_alarm.${resourceOf(alarm)}`)
      ? []
      : [`add ${alarm} to ${ADOPTED}, with the others`]),
    ...(read(CONFIGURATION).includes(resourceOf(alarm, "-"))
      ? []
      : [`name \`${alarm}\` in ${CONFIGURATION}, with the others`]),
  ];
}

describe("each alarm", () => {
  it.each(Object.keys(ALARM_SEVERITIES) as AlarmName[])("%s has all that goes with it", (alarm) => {
    expect(lackedBy(alarm)).toEqual([]);
  });
});

describe("each API of the catalogue", () => {
  const pages = ["README.md", ...readdirSync(path.join(ROOT, "docs")).map((page) => `docs/${page}`)]
    .filter((page) => page.endsWith(".md"))
    .map(read)
    .join("\n");

  it.each(API_NAMES)("%s is named where its users look", (name) => {
    expect(
      pages.includes(`\`${name}\``)
        ? []
        : [`name \`${name}\` in docs/configuration.md, where it says what \`apis\` takes`],
    ).toEqual([]);
  });
});

describe("each environment", () => {
  /** The local PISTE plays PISTE's two platforms, and init writes the first environment of each. */
  const OF_PLATFORMS = /^(?:scripts\/init|emulator)\/|^piste\/environments\.ts$/;
  const FOLDERS = ["piste", "lambda", "client", "constructs", "stacks", "scripts"];

  it("is told by its platform and never by its name, so that one more needs no code", () => {
    const sources = FOLDERS.flatMap((folder) =>
      readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`),
    ).filter((file) => file.endsWith(".ts") && !OF_PLATFORMS.test(file));
    expect(sources.length).toBeGreaterThan(100);
    const compared = sources.filter((file) => /[!=]== "(?:qualif|prod)"/.test(read(file)));
    expect(compared.map((file) => `${file} compares with a name: use isProduction or byPlatform`)).toEqual([]);
  });
});
