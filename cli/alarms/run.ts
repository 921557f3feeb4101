import type { Environment } from "../../piste/environments";
import type { Language } from "../../piste/language";
import { openTarget, type TargetOptions } from "../command/target";
import { give, giveJson, sayWrapped } from "../command/terminal";
import { textWidth } from "../command/wrap";
import { alarmsInAws } from "./aws";
import { show, toJson } from "./show";
import { testAlarms } from "./test-alarms";

export interface Options extends TargetOptions {
  readonly json?: boolean;
}

export async function runTest(
  language: Language,
  environment: Environment,
  { json, ...where }: Options,
): Promise<void> {
  const target = openTarget(environment, where, (text) => {
    sayWrapped(text[language]);
  });
  const report = await testAlarms(environment, alarmsInAws(target), language);
  if (json) giveJson(toJson(report, language));
  else give(show(report, language, textWidth(process.stdout)));
  if (!report.ok) process.exitCode = 1;
}
