import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { METRIC_NAMESPACE, METRICS, parseInput } from "../../lambda/token-refresh/contract";
import { clientCredentialsSchema, parseSecret, technicalAccountSchema } from "../../piste/credentials";
import { DIAGNOSIS_CODES, FAILURE_CLASSES } from "../../piste/diagnosis";
import { resourceName, scheduleGroupName, tickScheduleName, tokenRefreshFunctionName } from "../../aws/names";
import { DEFAULT_REGION } from "../../stacks/configuration";
import { PisteStack } from "../../stacks/piste-stack";
import { prod } from "../../stacks/prod";
import { qualif } from "../../stacks/qualif";
import { synthesizeApp } from "../constructs/synthesize";
import {
  codeBlocks,
  commandBlocks,
  english,
  french,
  readPage,
  RUNBOOK_OF_ALARM,
  RUNBOOKS,
  RUNBOOKS_FOLDER,
  withoutCode,
} from "./runbook-pages";

const ROOT = path.resolve(RUNBOOKS_FOLDER, "..", "..");
const INDEX = "README.md";
const PAGES = RUNBOOKS.flatMap((runbook) => [english(runbook), french(runbook)]);
const PREFIX = `${resourceName("qualif", "chorus-pro")}-`;
/** Opt-in, so not in every stack. */
const CHECK_FUNCTION = `${PREFIX}connection-check`;

const SECTIONS = {
  english: ["Type first", "How it looks", "Confirm", "Mend", "Whom to call", "Over when"],
  french: ["À taper d'abord", "À quoi on la reconnaît", "Confirmer", "Réparer", "Qui appeler", "C'est fini quand"],
};

const headings = (text: string): string[] =>
  [...withoutCode(text).matchAll(/^## (.*)$/gm)].map(([, title = ""]) => title);

/** What each section is made of, in order: what has to be the same in both languages. */
function shape(text: string): string[] {
  const kinds: [RegExp, string][] = [
    [/^ *```\S/, "code"],
    [/^# /, "title"],
    [/^## /, "section"],
    [/^ *\|/, "row"],
    [/^\d+\. /, "step"],
  ];
  return text.split("\n").flatMap((line) => kinds.find(([pattern]) => pattern.test(line))?.[1] ?? []);
}

const links = (text: string): string[] => [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link = ""]) => link);

/** The codes in backticks that begin the rows of tables with this heading. */
function codesUnder(heading: string, text: string): string[] {
  const tables = [...text.matchAll(/(?:^ *\|.*\n)+/gm)].map(([table]) => table.trim().split("\n"));
  return tables
    .filter(([first = ""]) => first.trim().startsWith(`| \`${heading}\` |`))
    .flatMap((rows) => rows.slice(2))
    .flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code));
}

describe("the alarms", () => {
  const stacks = synthesizeApp((app) => {
    new PisteStack(app, "qualif", qualif);
    new PisteStack(app, "prod", prod);
  });
  const alarms = Object.entries(stacks).flatMap(([environment, stack]) =>
    stack.all("aws_cloudwatch_metric_alarm").map((alarm) => ({
      name: String(alarm["alarm_name"]).replace(`piste-${environment}-chorus-pro-`, ""),
      description: String(alarm["alarm_description"]),
    })),
  );

  it("each have a runbook", () => {
    expect(alarms.length).toBeGreaterThan(0);
    expect(alarms.map(({ name }) => name).filter((name) => !(name in RUNBOOK_OF_ALARM))).toEqual([]);
  });

  it("link to their runbook, and to no other", () => {
    const linked = alarms.map(({ name, description }) => [
      name,
      ...[...description.matchAll(/docs\/runbooks\/([\w.-]+\.md)/g)].map(([, file]) => file),
    ]);
    const runbooks: Readonly<Record<string, string>> = RUNBOOK_OF_ALARM;
    expect(linked).toEqual(alarms.map(({ name }) => [name, english(runbooks[name] ?? "")]));
  });
});

describe("the folder", () => {
  it("holds the runbooks and their index, and nothing else", () => {
    expect(readdirSync(RUNBOOKS_FOLDER).sort()).toEqual([INDEX, ...PAGES].sort());
  });

  it("has an index with every page and every alarm", () => {
    const index = readPage(INDEX);
    expect(PAGES.filter((page) => !links(index).includes(page))).toEqual([]);
    expect(Object.keys(RUNBOOK_OF_ALARM).filter((alarm) => !index.includes(`\`${alarm}\``))).toEqual([]);
  });

  it("is linked from both READMEs", () => {
    for (const readme of ["README.md", "README.fr.md"]) {
      expect(links(readFileSync(path.join(ROOT, readme), "utf8"))).toContain("docs/runbooks/README.md");
    }
  });
});

describe.each(RUNBOOKS)("the runbook %s", (runbook) => {
  const page = readPage(english(runbook));
  const twin = readPage(french(runbook));

  it("has the same sections in both languages", () => {
    expect(headings(page)).toEqual(SECTIONS.english);
    expect(headings(twin)).toEqual(SECTIONS.french);
    expect(shape(twin)).toEqual(shape(page));
  });

  it("has the same commands in both languages", () => {
    expect(commandBlocks(page).length).toBeGreaterThanOrEqual(3);
    expect(codeBlocks(twin)).toEqual(codeBlocks(page));
  });

  it("has as many fences as blocks, all of a known kind", () => {
    const fences = [...page.matchAll(/^ *```/gm)].length;
    expect(codeBlocks(page)).toHaveLength(fences / 2);
    expect(
      codeBlocks(page)
        .map(({ info }) => info)
        .filter((info) => !/^(sh|sh aws-only|json)$/.test(info)),
    ).toEqual([]);
  });

  it("begins with a command, which names the region as both versions of the AWS CLI read it", () => {
    const [, first = ""] = page.split(/^## .*$/m);
    const [block] = commandBlocks(first);
    expect(block?.code.split("\n")[0]).toBe(`export AWS_REGION=${DEFAULT_REGION} AWS_DEFAULT_REGION=${DEFAULT_REGION}`);
  });

  it("ends with a command that says the alarm's state, and the mail", () => {
    const last = page.split(/^## .*$/m).at(-1) ?? "";
    expect(commandBlocks(last)).toHaveLength(1);
    expect(commandBlocks(last)[0]?.code).toContain(`${PREFIX}${runbook}`);
    expect(last).toContain("`OK: ");
    expect(page).toContain(`\`ALARM: "${PREFIX}${runbook}"\``);
  });
});

describe.each(PAGES)("%s", (file) => {
  const page = readPage(file);
  const commands = commandBlocks(page)
    .map(({ code }) => code.replace(/\\\n\s*/g, " "))
    .join("");

  it("links to pages that exist, of its own language but for its twin", () => {
    expect(links(page).filter((link) => ![INDEX, ...PAGES].includes(link))).toEqual([]);
    const isFrench = file.endsWith(".fr.md");
    const twin = isFrench ? file.replace(".fr.md", ".md") : file.replace(".md", ".fr.md");
    expect(links(page)).toEqual(expect.arrayContaining([twin, INDEX]));
    const others = links(page).filter((link) => link !== twin && link !== INDEX);
    expect(others.filter((link) => link.endsWith(".fr.md") !== isFrench)).toEqual([]);
  });

  it("names only what is deployed", () => {
    const known = [
      ...Object.keys(RUNBOOK_OF_ALARM).map((alarm) => `${PREFIX}${alarm}`),
      PREFIX,
      CHECK_FUNCTION,
      scheduleGroupName("qualif", "chorus-pro"),
      tickScheduleName("qualif", "chorus-pro"),
      tokenRefreshFunctionName("qualif", "chorus-pro"),
    ];
    const named = [...page.matchAll(/piste-qualif-[a-z0-9-]+/g)].map(([name]) => name);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it("names only metrics and diagnoses that exist", () => {
    const ofOurs = Object.values(METRICS).map(({ name }) => `${METRIC_NAMESPACE} ${name}`);
    const known: string[] = [...ofOurs, "AWS/Lambda Throttles", "AWS/Scheduler TargetErrorCount"];
    const metrics = [...commands.matchAll(/--namespace (\S+) --metric-name (\S+)/g)];
    expect(
      metrics.map(([, space = "", name = ""]) => `${space} ${name}`).filter((name) => !known.includes(name)),
    ).toEqual([]);
    const diagnoses: string[] = [...FAILURE_CLASSES, ...DIAGNOSIS_CODES, "malformed-credentials"];
    const codes = ["class", "reason"].flatMap((heading) => codesUnder(heading, page));
    expect(codes.filter((code) => !diagnoses.includes(code))).toEqual([]);
  });

  it("shows no secret's value and takes one from standard input only", () => {
    expect(commands).not.toMatch(/get-(secret-value|random-password)|batch-get-secret/);
    expect(commands.match(/--secret-string \S+/g) ?? []).toEqual(
      (commands.match(/put-secret-value/g) ?? []).map(() => "--secret-string file:///dev/stdin"),
    );
  });

  it("gives functions inputs that they take", () => {
    const invocations = commandBlocks(page).filter(({ code }) => code.includes("aws lambda invoke"));
    for (const { code } of invocations) {
      const input = JSON.parse(/^echo '(.*)'/.exec(code)?.[1] ?? "") as Record<string, unknown>;
      if (code.includes(CHECK_FUNCTION)) {
        expect(input).toEqual({ environment: "qualif", application: "chorus-pro", operation: "check" });
      } else {
        expect(parseInput(input)).toMatchObject({ environment: "qualif", application: "chorus-pro" });
      }
    }
  });

  it("shows after each command that stores a value what it takes", () => {
    const blocks = codeBlocks(page);
    blocks.forEach(({ code }, index) => {
      if (!code.includes("put-secret-value")) return;
      const { info, code: example = "" } = blocks[index + 1] ?? {};
      expect(info).toBe("json");
      const read = code.includes("/technical-account/")
        ? parseSecret("account", technicalAccountSchema, example)
        : parseSecret("client", clientCredentialsSchema, example);
      expect(JSON.parse(example)).toEqual(read);
    });
  });
});

it("the check of diagnoses reads the tables", () => {
  expect(codesUnder("class", readPage(english("token-lapsing")))).toContain("throttled");
  expect(codesUnder("reason", readPage(english("credentials-rejected")))).toContain("invalid-scope");
});
