import type { Environment } from "../../piste/environments";
import type { Language, Text } from "../../piste/language";
import { EXIT_CODES } from "../command/failure";
import { INTERRUPTED_EXIT_CODE, interruptibleSleep, Interruption } from "../command/interruption";
import { awsOptions, openTarget, type TargetOptions } from "../command/target";
import { give, giveJson, outliveReaders, sayWrapped } from "../command/terminal";
import { textWidth } from "../command/wrap";
import { alarmsInAws } from "./aws";
import { allowPaging, personAt } from "./before-paging";
import { show, toJson } from "./show";
import { testAlarms, type AlarmsReport } from "./test-alarms";

export interface Options extends TargetOptions {
  readonly json?: boolean;
  readonly yes?: boolean;
}

const PUTTING_BACK: Text = {
  en: "Interrupted: putting the alarms back to OK …",
  fr: "Interruption : les alarmes sont remises à OK …",
};

export async function runTest(
  language: Language,
  environment: Environment,
  { json, yes = false, ...where }: Options,
): Promise<void> {
  outliveReaders();
  const say = (text: Text): void => {
    sayWrapped(text[language]);
  };
  const target = openTarget(environment, where, say);
  const interruption = new Interruption(() => {
    say(PUTTING_BACK);
  });
  const { signal } = interruption;
  const report = await testAlarms(environment, alarmsInAws(target), {
    language,
    local: target.local,
    allow: (paging) => allowPaging(environment, paging, { yes, person: personAt(language) }),
    interruptibly: (act) =>
      interruption.around(() => act({ say, sleep: interruptibleSleep, signal, where: awsOptions(target.sameOptions) })),
  });
  if (json) giveJson(toJson(report, language));
  else give(show(report, language, textWidth(process.stdout), target.sameOptions));
  process.exitCode = signal.aborted ? INTERRUPTED_EXIT_CODE : exitCodeOf(report);
}

/** 1 if a message would not arrive or the result is unknown; AWS's usual exit code if only a right is missing. */
function exitCodeOf({ ok, topics, silent, left }: AlarmsReport): number {
  if (ok) return EXIT_CODES.ready;
  const isFound =
    topics.some(({ outcome }) => outcome === "refused") || silent.some(({ severity }) => severity === "page");
  const reasons = [
    ...topics.flatMap(({ reason, unknownReason }) => [reason, unknownReason]),
    ...left.map(({ reason }) => reason),
  ];
  return !isFound && reasons.includes("denied") ? EXIT_CODES.aws : 1;
}
