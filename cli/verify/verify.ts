/** Checks in the AWS account the facts on which the package's promises rest. Read-only without a drill. */
import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { packageVersion } from "../../aws/package-folder";
import { FACT_IDS, factOf, type FactId } from "../../aws/facts";
import type { Environment } from "../../piste/environments";
import type { Text } from "../../piste/language";
import type { Party } from "../../piste/party";
import { CommandError, EXIT_CODES } from "../command/failure";
import { dayOf, RUNTIME, type Receipt } from "../command/receipt";
import { oneApplication, type Target } from "../command/target";
import { CHECKS } from "./checks";
import type { Finding, Result, Scene } from "./finding";
import { drill, prepareDrill, type DrillOptions } from "./drill";
import { leftByDrill, leftText } from "./drill-mark";
import { MOST_MINUTES, USUAL_MINUTES, watch } from "./watch";

/** A line of the table. */
export interface Checked extends Finding {
  readonly fact: FactId;
  readonly soWhat: Text;
  /** The party that must act, if any. */
  readonly owner?: Party;
}

export interface Verification {
  readonly environment: Environment;
  readonly application: string;
  readonly region: string;
  readonly runtime: string;
  readonly checked: readonly Checked[];
}

export interface VerifyOptions {
  readonly application?: string | undefined;
  readonly consumerRoleArn?: readonly string[];
  /** Stops the ticks until the alarm rings. */
  readonly drill?: DrillOptions | undefined;
  /** Compares the deployment with Terraform's plan. */
  readonly plan: () => Promise<Finding>;
  readonly sleep: Scene["sleep"];
  readonly onChecked: (checked: Checked) => void;
  readonly say: (text: Text) => void;
}

const WATCHING: Text = {
  en: `Watching ticks and their metrics arrive: ${USUAL_MINUTES} minutes, or up to ${MOST_MINUTES} after a first deployment. The other checks run meanwhile:`,
  fr: `Observation des exécutions et de leurs métriques : ${USUAL_MINUTES} minutes, ou jusqu'à ${MOST_MINUTES} après un premier déploiement. Les autres vérifications se font entre-temps :`,
};
const NOT_EMULATED: Finding = {
  result: "not seen",
  observed: { en: "the emulated AWS does not show it", fr: "l'AWS émulé ne le montre pas" },
  measured: {},
};

/** Remembers the first answer. */
function once<T>(question: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= question());
}

export async function verify(target: Target, options: VerifyOptions): Promise<Verification> {
  const { aws, environment, local } = target;
  const { say, onChecked, sleep, consumerRoleArn: consumers = [], drill: drillOptions } = options;
  // The answer's date gives AWS's clock.
  await aws.identity();
  const now = (): number => target.now() + (aws.clockAheadInMilliseconds() ?? 0);
  const application = await oneApplication(target, options.application);
  const { description } = application;
  const observed = aws.observed();
  const results = new Map<FactId, Checked>();
  const scene: Scene = {
    aws,
    observed,
    application,
    consumers,
    now,
    definitions: once((): Promise<readonly MetricAlarm[]> => observed.definitions(description.alarms)),
    looks: once(() => watch({ aws: observed, description, now, sleep })),
    resultOf: (fact) => results.get(fact)?.result,
    drilled: drillOptions && (() => drillOptions.interruptibly((signal) => drill(scene, signal))),
    plan: once(options.plan),
    say,
    sleep,
    sameOptions: target.sameOptions ?? "",
  };
  if (drillOptions) {
    await prepareDrill(scene, drillOptions);
  } else {
    const left = await leftByDrill(aws, description);
    if (left) say(leftText(left));
  }
  if (!local) {
    say(WATCHING);
    // The checks that await these promises report their failures.
    scene.looks().catch(() => undefined);
    scene.plan().catch(() => undefined);
  }
  for (const fact of Object.keys(CHECKS) as FactId[]) {
    const emulated = !local || factOf(fact).emulated === true;
    const checked = emulated ? await check(fact, scene) : { fact, ...NOT_EMULATED, soWhat: factOf(fact).carries };
    results.set(fact, checked);
    onChecked(checked);
  }
  const runtime = await observed.functionRole(description.function).then(
    (role) => role.runtime,
    () => "",
  );
  return {
    environment,
    application: description.application,
    region: await aws.region(),
    runtime,
    checked: FACT_IDS.flatMap((fact) => results.get(fact) ?? []),
  };
}

async function check(fact: FactId, scene: Scene): Promise<Checked> {
  const { carries, otherwise, owner } = factOf(fact);
  try {
    const finding = await CHECKS[fact](scene);
    const isOtherwise = finding.result === "otherwise";
    return { fact, ...finding, soWhat: isOtherwise ? otherwise : carries, ...(isOtherwise && { owner }) };
  } catch (error) {
    // A refusal of AWS is "not seen"; any other error is a bug.
    if (!(error instanceof CommandError)) throw error;
    const observed: Text = { en: "AWS did not show it", fr: "AWS ne l'a pas montré" };
    return { fact, result: "not seen", observed, measured: {}, soWhat: error.text, owner: error.owner };
  }
}

/** The exit code of the first owner, as in doctor: "otherwise" comes before "not seen". */
export function exitCodeOf({ checked }: Verification): number {
  const rank = (result: Result): number => (result === "otherwise" ? 0 : 1);
  const [first] = checked.filter(({ owner }) => owner).sort((one, other) => rank(one.result) - rank(other.result));
  return EXIT_CODES[first?.owner ?? "ready"];
}

/** @param now epoch milliseconds. */
export function receiptOf({ region, runtime, checked }: Verification, now: number): Receipt {
  return {
    command: "verify",
    date: dayOf(now),
    region,
    versions: { "cdktf-piste": packageVersion(), ...(RUNTIME.test(runtime) && { runtime }) },
    facts: Object.fromEntries(checked.map(({ fact, result, measured }) => [fact, { result, measured }])),
  };
}
