/** Each alarm has a runbook in both languages with the same commands, which neither show nor take a secret. */
import { existsSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { parseInput as parseCheckInput } from "../../lambda/connection-check/contract";
import { parseInput as parseRefresherInput } from "../../lambda/token-refresh/contract";
import { clientCredentialsSchema, parseSecret, technicalAccountSchema } from "../../piste/credentials";
import { PisteStack } from "../../stacks/piste-stack";
import { prod } from "../../stacks/prod";
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
} from "./runbook-pages";

describe.each(RUNBOOKS)("the runbook %s", (runbook) => {
  it("exists in both languages, with the same commands", () => {
    const pages = [english(runbook), french(runbook)];
    expect(pages.filter((page) => !existsSync(path.join(RUNBOOKS_FOLDER, page)))).toEqual([]);
    const [blocks, twins] = pages.map((page) => codeBlocks(readPage(page)));
    expect(blocks?.length).toBeGreaterThan(0);
    // The pages quote its output.
    const inFrench = (line: string): string => line.replace(/^npx piste token renew .*$/gm, "$& --lang fr");
    expect(twins).toEqual(blocks?.map(({ info, code }) => ({ info, code: inFrench(code) })));
  });

  it("shows no secret's value, and reads values only from standard input", () => {
    const commands = commandBlocks(readPage(english(runbook)))
      .map(({ code }) => code.replace(/\\\n\s*/g, " "))
      .join("");
    expect(commands).not.toMatch(/get-(secret-value|random-password)|batch-get-secret/);
    expect(commands.match(/--secret-string \S+/g) ?? []).toEqual(
      (commands.match(/put-secret-value/g) ?? []).map(() => "--secret-string file:///dev/stdin"),
    );
  });

  it("gives functions valid inputs", () => {
    for (const { code } of commandBlocks(readPage(english(runbook)))) {
      if (!code.includes("aws lambda invoke")) continue;
      const input: unknown = JSON.parse(/^echo '(.*)'/.exec(code)?.[1] ?? "");
      const parseInput = code.includes("-connection-check") ? parseCheckInput : parseRefresherInput;
      expect(parseInput(input, { environment: "qualif", application: "chorus-pro" })).toEqual(input);
    }
  });

  it("shows the input format after each command that stores a value", () => {
    const blocks = codeBlocks(readPage(english(runbook)));
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

it("each alarm links to its runbook", () => {
  const { prod: stack } = synthesizeApp((app) => new PisteStack(app, "prod", prod));
  const linked = stack
    ?.all("aws_cloudwatch_metric_alarm")
    .map((alarm) => [
      String(alarm["alarm_name"]).replace("piste-prod-chorus-pro-", ""),
      /docs\/runbooks\/([\w-]+)\.md/.exec(String(alarm["alarm_description"]))?.[1],
    ]);
  expect(linked?.length).toBeGreaterThan(0);
  expect(linked).toEqual(linked?.map(([alarm = ""]) => [alarm, RUNBOOK_OF_ALARM[alarm]]));
});
