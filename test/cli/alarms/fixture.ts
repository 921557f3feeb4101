/** The alarms of an application in production, on a stand-in for AWS that runs their actions, and the command. */
import type { Target } from "../../../cli/command/target";
import { sdkAws } from "../../../cli/command/sdk-aws";
import { alarmsInAws } from "../../../cli/alarms/aws";
import { testAlarms, type AlarmsInAws, type AlarmsReport, type TestOptions } from "../../../cli/alarms/test-alarms";
import type { Environment } from "../../../piste/environments";
import type { AlarmingAws } from "./alarming-aws";
import { type StandInAlarm } from "./alarming-aws";

export const PAGE = "arn:aws:sns:eu-west-3:123456789012:piste-prod-page";
export const INFORM = "arn:aws:sns:eu-west-3:123456789012:piste-prod-inform";
export const LAPSING = "piste-prod-chorus-pro-token-lapsing";
export const SILENT = "piste-prod-chorus-pro-refresher-silent";
export const DEGRADED = "piste-prod-chorus-pro-piste-degraded";
export const PASSWORD = "piste-prod-chorus-pro-password-expiring-15";
export const NAMES = [SILENT, LAPSING, PASSWORD, DEGRADED];

/** Adds healthy alarms, changed by `more`. */
export function deploy(aws: AlarmingAws, more: Readonly<Record<string, Partial<StandInAlarm> | undefined>> = {}): void {
  const topics = { [SILENT]: PAGE, [LAPSING]: PAGE, [PASSWORD]: INFORM, [DEGRADED]: INFORM };
  for (const [name, topic] of Object.entries(topics)) {
    const treatMissingData = name === SILENT || name === PASSWORD ? "ignore" : "notBreaching";
    aws.add(name, [topic], { treatMissingData, ...more[name] });
  }
  aws.subscribed.set(PAGE, [["nuit@exemple.fr", true]]);
  aws.subscribed.set(INFORM, [["jour@exemple.fr", true]]);
}

export function alarmsIn(aws: AlarmingAws, more: Partial<AlarmsInAws> = {}): AlarmsInAws {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const sdk = sdkAws({ region: "eu-west-3", environment: "prod", endpoint: aws.endpoint, credentials });
  return {
    ...alarmsInAws({ aws: sdk } as Target),
    applications: () =>
      Promise.resolve({ applications: [{ application: "chorus-pro", alarms: NAMES }], notBelieved: [] }),
    ...more,
  };
}

export interface Tested {
  readonly report: AlarmsReport;
  /** Written to standard error. */
  readonly said: string;
}

/** @param interruption aborts as Ctrl-C does. */
export async function tested(
  aws: AlarmsInAws,
  options: Partial<TestOptions> = {},
  interruption = new AbortController(),
  environment: Environment = "prod",
): Promise<Tested> {
  const said: string[] = [];
  const report = await testAlarms(environment, aws, {
    allow: () => Promise.resolve(),
    interruptibly: (act) =>
      act({
        say: (text) => said.push(text[options.language ?? "en"]),
        sleep: () => Promise.resolve(),
        signal: interruption.signal,
      }),
    ...options,
  });
  return { report, said: said.join("\n") };
}
