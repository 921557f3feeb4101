/** Terminals break lines that are too long in the middle of a word. */
import { describe, expect, it } from "@jest/globals";
import type { Command } from "commander";
import { ENVIRONMENTS } from "../../../piste/environments";
import { LANGUAGES, type Language } from "../../../piste/language";
import { wrap } from "../../../cli/command/wrap";
import { pisteProgram } from "../../../cli/program";
import { exampleOf, FINDING_CODES } from "../../../cli/doctor/findings";
import { judge, type Evidence } from "../../../cli/doctor/judge";
import { guideStep } from "../../../cli/doctor/labels";
import { show } from "../../../cli/doctor/show";
import { showStatus } from "../../../cli/credentials/show-status";
import { show as showAlarms } from "../../../cli/alarms/show";
import { show as showVerification } from "../../../cli/verify/show";
import { AWS_FACTS, FACT_IDS } from "../../../aws/facts";

const WIDTHS = [40, 60, 80];
const CASES = LANGUAGES.flatMap((language) => WIDTHS.map((width) => [language, width] as const));

/** A command, name or address that is longer than the terminal, without indent. */
const isOneWord = (line: string): boolean => {
  const typed = /^ *(?:npx|aws|export) /.test(line) ? `\`${line.trim()}\`` : line;
  return wrap(typed, 1).length === 1 && (typed !== line || !line.startsWith(" "));
};

const tooLong = (text: string, width: number): string[] =>
  text.split("\n").filter((line) => line.length > width && !isOneWord(line));

const EVIDENCE: Evidence = {
  name: "chorus-pro",
  chorusPro: true,
  hasToken: false,
  apis: [{ title: "Structures", letIn: undefined }],
  accounts: [{}],
  complete: false,
  found: [],
};

function reportsIn(language: Language, width: number): string[] {
  const terminal = { language, width, unicode: true, colour: false };
  const found = [...FINDING_CODES.map((code) => [code]), [], FINDING_CODES];
  return ENVIRONMENTS.flatMap((environment) =>
    found.map((codes) => {
      const evidence = { ...EVIDENCE, found: codes.map((code) => exampleOf(code, environment)) };
      const steps = judge({ environment }, [evidence, { ...evidence, name: "facturation-fournisseurs" }]);
      const rest = { local: true, at: 0, ready: false, layers: [], worked: { lastTokenAt: 0 } };
      const notes = evidence.found.map(({ next }) => next);
      const applications = ["chorus-pro", "facturation-fournisseurs"].map((name) => ({ name, accounts: [] }));
      return show({ environment, applications, steps, notes, ...rest }, terminal);
    }),
  );
}

const helps = (command: Command, width: number): string[] => [
  command.configureOutput({ getOutHelpWidth: () => width }).helpInformation(),
  ...command.commands.flatMap((each) => helps(each, width)),
];

describe.each(CASES)("in %s, in %d columns, no word is broken", (language, width) => {
  it("in each finding of the doctor", () => {
    for (const text of reportsIn(language, width)) expect(tooLong(text, width)).toEqual([]);
  });

  it("in a step's title and confirmation day", () => {
    const steps = judge({ environment: "qualif" }, [EVIDENCE], { Q4: "2026-11-30" });
    const rest = { environment: "qualif", applications: [], local: false, at: 0, ready: false, layers: [] } as const;
    for (const colour of [false, true]) {
      const shown = show({ ...rest, steps, notes: [], worked: undefined }, { language, width, unicode: true, colour });
      // eslint-disable-next-line no-control-regex
      const text = shown.replace(/\x1b\[\d+m/g, "");
      expect(tooLong(text, width)).toEqual([]);
      const words = text.replace(/\s+/g, " ");
      for (const { id } of steps) expect(words).toContain(guideStep(id).title[language]);
      expect(words).toContain(language === "fr" ? "(le 30 novembre 2026)" : "(on 30 November 2026)");
    }
  });

  it("in help", () => {
    const texts = helps(pisteProgram(language), width).map((help) => help.replace(/^\S+(?: :|:) piste.*$/gm, ""));
    expect(texts.flatMap((text) => tooLong(text, width))).toEqual([]);
  });

  it("in the status of credentials", () => {
    const status = {
      environment: "qualif",
      at: 0,
      disbelieved: [],
      applications: [
        {
          application: "facturation-fournisseurs",
          client: {
            secret: "piste/qualif/facturation-fournisseurs/client",
            state: "stored",
            shared: true,
            refused: true,
            pendingSince: 0,
          },
          accounts: [
            { account: "direction-generale", secret: "s", state: "stored", dateFrom: "secret", refused: true },
            { account: "deux", secret: "s", state: "absent" },
          ],
          token: { secret: "t", state: "unreadable" },
        },
      ],
    };
    expect(tooLong(showStatus(status as never, language, width), width)).toEqual([]);
  });

  it("in a test of the alarms", () => {
    const alarm = "piste-qualif-chorus-pro-token-lapsing";
    const said = {
      en: "AWS refuses it: there is no right to do it",
      fr: "AWS le refuse : il n'y a pas de droit pour cela",
    };
    const outcomes = ["accepted", "refused", "unknown", "none-ok", "not-here"] as const;
    const topics = outcomes.map((outcome) => ({
      topic: "arn:aws:sns:eu-west-3:123456789012:piste-qualif-page",
      alarms: [alarm],
      tested: alarm,
      outcome,
      because: said,
      toldOfEnd: true,
      confirmed: [],
      unconfirmed: [],
      unknownBecause: said,
    }));
    const reasons = ["missing", "switched-off", "no-topic", "no-subscription", "unconfirmed"] as const;
    const report = {
      environment: "qualif",
      applications: ["chorus-pro", "facturation-fournisseurs"],
      alarms: 1,
      silent: reasons.flatMap((reason) => [
        { alarm, severity: "page", reason },
        { alarm, severity: "inform", reason },
      ]),
      left: [{ alarm, because: said }],
      notTheirs: [alarm],
      notBelieved: [],
    };
    for (const some of [topics, topics.slice(0, 4)]) {
      expect(tooLong(showAlarms({ ...report, topics: some } as never, language, width), width)).toEqual([]);
    }
  });

  it("in a verification", () => {
    const checked = FACT_IDS.map((fact) => ({
      fact,
      result: "otherwise",
      observed: AWS_FACTS[fact].expected,
      soWhat: AWS_FACTS[fact].expected,
      owner: "operator",
    }));
    const text = showVerification(
      { environment: "qualif", application: "chorus-pro", region: "eu-west-3", checked } as never,
      language,
      width,
    );
    expect(tooLong(text, width)).toEqual([]);
  });
});
