/** A check for each fact about AWS that can be observed: what was observed, and whether it is as expected. */
import type { MetricAlarm, MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { evaluateMath, type Series } from "../../aws/alarms/metric-math";
import { LATEST_REPORT_IN_MINUTES, metricOf } from "../../aws/alarms/alarm";
import { LONGEST_GAP_IN_MINUTES, type FactId } from "../../aws/facts";
import type { DescribedApplication } from "../described-applications";
import { membersOf, parseJson } from "../../piste/json";
import type { Text } from "../../piste/language";
import { clientSecretName } from "../../piste/names";
import type { Aws } from "../command/aws";
import type { Call, ObservedAws, Values } from "./observed-aws";
import { dataQuery, floorOf, MINUTE, settledMinutes, type Look } from "./watch";

export type Result = "as expected" | "otherwise" | "not seen";

export interface Finding {
  readonly result: Result;
  readonly observed: Text;
  /** The same in numbers, which a receipt may hold: no name and no address. */
  readonly measured: Readonly<Record<string, number>>;
}

export interface Scene {
  readonly aws: Aws;
  readonly observed: ObservedAws;
  readonly application: DescribedApplication;
  /** ARNs of roles that consume. */
  readonly consumers: readonly string[];
  readonly definitions: () => Promise<readonly MetricAlarm[]>;
  readonly looks: () => Promise<readonly [Look, ...Look[]]>;
  /** AWS's clock. */
  readonly now: () => number;
  /** Of the facts before. */
  readonly resultOf: (fact: FactId) => Result | undefined;
}

type Check = (scene: Scene) => Promise<Finding>;

const finding = (result: Result, en: string, fr: string, measured: Finding["measured"] = {}): Finding => ({
  result,
  observed: { en, fr },
  measured,
});
const judged = (isAsExpected: boolean, en: string, fr: string, measured: Finding["measured"] = {}): Finding =>
  finding(isAsExpected ? "as expected" : "otherwise", en, fr, measured);

async function latestLook({ looks }: Scene): Promise<Look> {
  const all = await looks();
  return all.at(-1) ?? all[0];
}

const ticks: Check = async (scene) => {
  const look = await latestLook(scene);
  const minutes = settledMinutes(look);
  let [gap, longest] = [0, 0];
  for (const minute of minutes) {
    gap = look.ticks.has(minute) ? 0 : gap + 1;
    longest = Math.max(longest, gap);
  }
  const measured = { minutes: minutes.length, longestGapInMinutes: longest };
  if (minutes.length === 0) return judged(false, "no tick in an hour", "aucune exécution en une heure", measured);
  return judged(
    longest <= LONGEST_GAP_IN_MINUTES,
    `${longest} min at most without a tick, in ${minutes.length} min`,
    `${longest} min au plus sans exécution, sur ${minutes.length} min`,
    measured,
  );
};

/** How old a tick's line was at most whose metric was not to be seen yet; with what the logs took to show it. */
function oldestWithoutMetric({ at, ticks: counted, lines }: Look): number {
  const minutes = [...new Set(lines.map((line) => floorOf(line.at)))];
  const missing = minutes.flatMap((minute) =>
    lines.filter((line) => floorOf(line.at) === minute).slice(counted.get(minute) ?? 0),
  );
  return Math.max(
    0,
    ...missing.map((line) => at - line.loggedAt),
    ...lines.map(({ ingestedAt, loggedAt }) => ingestedAt - loggedAt),
  );
}

const reports: Check = async ({ looks }) => {
  const all = await looks();
  const lines = Math.max(...all.map((look) => look.lines.length));
  const seconds = Math.round(Math.max(...all.map(oldestWithoutMetric)) / 1000);
  const measured = { lines, looks: all.length, longestInSeconds: seconds };
  if (lines === 0) return finding("not seen", "no line of a tick in the log", "aucune ligne d'exécution au journal");
  return judged(
    seconds <= LATEST_REPORT_IN_MINUTES * 60,
    `${seconds} s at most, in ${all.length} looks at ${lines} lines`,
    `${seconds} s au plus, en ${all.length} relevés, sur ${lines} lignes`,
    measured,
  );
};

const zeros: Check = async (scene) => {
  const look = await latestLook(scene);
  const runs = settledMinutes(look).filter((minute) => (look.invocations.get(minute) ?? 0) > 0);
  const known = runs.filter((minute) => look.errors.has(minute)).length;
  const measured = { minutesWithRuns: runs.length, minutesWithErrors: known };
  if (runs.length === 0) return finding("not seen", "no run in an hour", "aucune exécution en une heure", measured);
  return judged(
    known === runs.length,
    `in ${known} of ${runs.length} min with a run`,
    `dans ${known} min sur ${runs.length} avec une exécution`,
    measured,
  );
};

/** In which periods AWS gives another value than our model does, on AWS's own values of what the expression uses. */
function compare(
  id: string,
  expression: string,
  given: ReadonlyMap<string, Values>,
  grid: readonly number[],
): { readonly model: Series; readonly different: number } {
  const seriesOf = (name: string): Series => grid.map((at) => given.get(name)?.get(at));
  const others = [...given.keys()].filter((name) => name !== id);
  const model = evaluateMath(expression, Object.fromEntries(others.map((name) => [name, seriesOf(name)])));
  const theirs = seriesOf(id);
  return { model, different: model.filter((value, index) => value !== theirs[index]).length };
}

const gridOf = (from: number, to: number, period: number): number[] =>
  Array.from({ length: Math.round((to - from) / period) }, (_, index) => from + index * period);

/** One expression that shows how AWS evaluates a function, on ticks of which some minutes are left out. */
const math =
  (id: string): Check =>
  async (scene) => {
    const { observed, application, now } = scene;
    const seen = [...(await latestLook(scene)).ticks.keys()].sort((one, other) => one - other);
    const middle = seen[Math.floor(seen.length / 2)];
    if (middle === undefined || seen.length < 4) {
      return finding("not seen", "too few ticks yet", "encore trop peu d'exécutions");
    }
    const expressions = {
      // Series with gaps: the minutes before the middle, and those from it on. EPOCH is a minute's time in seconds.
      epoch: "EPOCH(ticks)",
      early: `IF(epoch < ${middle / 1000}, 1)`,
      late: `IF(epoch >= ${middle / 1000}, 1)`,
      never: "IF(ticks < 0, 1)",
      zero: "FILL(early, 0)",
      repeated: "FILL(early, REPEAT)",
      first: "FILL(late, REPEAT)",
      nothing: "FILL(never, 0)",
    };
    const queries: MetricDataQuery[] = [
      dataQuery("ticks", metricOf("ticks", application.description)),
      ...Object.entries(expressions).map(([Id, Expression]) => ({ Id, Expression })),
    ];
    const [from, to] = [(seen[0] ?? middle) - 5 * MINUTE, floorOf(now())];
    const given = await observed.metrics(queries, from, to);
    const grid = gridOf(from, to, MINUTE);
    const asked = Object.entries(expressions).filter(
      ([name]) => name === id || (id === "repeated" && name === "first"),
    );
    const differ = asked.reduce((sum, [name, text]) => sum + compare(name, text, given, grid).different, 0);
    return judged(
      differ === 0,
      `${differ} of ${grid.length} minutes differ`,
      `${differ} minutes sur ${grid.length} diffèrent`,
      { minutes: grid.length, different: differ },
    );
  };

const EXPRESSION_FACTS = ["if-without-else", "fill-with-zero", "fill-with-repeat"] as const;
/** Beyond its own periods an alarm looks at a few more. */
const MORE_PERIODS = 2;

const expressions: Check = async ({ observed, definitions, now, resultOf }) => {
  if (EXPRESSION_FACTS.some((fact) => resultOf(fact) === "otherwise")) {
    return finding("not seen", "a function that they use differs, above", "une fonction utilisée diffère, ci-dessus");
  }
  let [evaluated, values, differ] = [0, 0, 0];
  for (const { Metrics: queries = [], EvaluationPeriods: periods = 1 } of await definitions()) {
    const period = (queries.find(({ MetricStat: stat }) => stat?.Period)?.MetricStat?.Period ?? 0) * 1000;
    if (period === 0) continue;
    const to = floorOf(now(), period);
    const from = to - (periods + MORE_PERIODS) * period;
    const given = await observed.metrics(queries, from, to);
    const grid = gridOf(from, to, period);
    for (const { Id: id = "", Expression: expression } of queries) {
      if (expression === undefined) continue;
      const { model, different } = compare(id, expression, given, grid);
      evaluated += 1;
      // What comes of no data at all is a fact of its own.
      if (model.every((value) => value === undefined)) continue;
      values += grid.length;
      differ += different;
    }
  }
  if (evaluated === 0) return finding("not seen", "no alarm has an expression", "aucune alarme n'a d'expression");
  return judged(
    differ === 0,
    `${differ} of ${values} values differ, of ${evaluated} expressions`,
    `${differ} valeurs sur ${values} diffèrent, pour ${evaluated} expressions`,
    { expressions: evaluated, values, different: differ },
  );
};

const HISTORY = 14 * 24 * 60 * MINUTE;
/** An action is run within seconds. */
const ACTED_WITHIN = 2 * MINUTE;

const actions: Check = async ({ aws, definitions, now }) => {
  let [changes, missing, refused] = [0, 0, 0];
  const all = await definitions();
  for (const { AlarmName: name = "", StateValue: state, ActionsEnabled: enabled = true, ...has } of all) {
    const at = has.StateTransitionedTimestamp?.getTime() ?? has.StateUpdatedTimestamp?.getTime() ?? 0;
    const topics = (state === "ALARM" ? has.AlarmActions : state === "OK" ? has.OKActions : []) ?? [];
    if (!enabled || topics.length === 0 || at < now() - HISTORY || at > now() - ACTED_WITHIN) continue;
    changes += 1;
    const acted = await aws.alarmActions(name, at - MINUTE);
    const latest = topics.map((topic) => acted.find((action) => action.topic === topic && action.since >= at - MINUTE));
    if (latest.some((action) => action?.refusal !== undefined)) refused += 1;
    else if (latest.includes(undefined)) missing += 1;
  }
  const ringing = all.filter(({ StateValue: state }) => state === "ALARM").length;
  const measured = { alarms: all.length, ringing, changes, refused, missing };
  if (changes === 0)
    return finding("not seen", "no alarm changed lately", "aucune alarme n'a changé récemment", measured);
  return judged(
    refused + missing === 0,
    `${changes} changes: ${refused} refused, ${missing} without an action; ${ringing} of ${all.length} alarms ring`,
    `${changes} changements : ${refused} refusés, ${missing} sans action ; ${ringing} alarmes sur ${all.length} sonnent`,
    measured,
  );
};

type Expected = readonly [allowed: boolean, call: Call];
const READ = "secretsmanager:GetSecretValue";
const WRITE = "secretsmanager:PutSecretValue";
const CURRENT = { stage: "AWSCURRENT" };

async function arnsOf({
  observed,
  application,
}: Scene): Promise<{ readonly client: string; readonly token: string; readonly other: string }> {
  const { clientSecret, tokenSecret, environment, application: name } = application.description;
  const [client, token] = await Promise.all([clientSecret, tokenSecret].map((secret) => observed.secret(secret)));
  const arn = token?.arn ?? "";
  // That there is no such application changes nothing for IAM.
  const other = `${arn.split(":").slice(0, 6).join(":")}:${clientSecretName(environment, `not-${name}`)}-AbCdEf`;
  return { client: client?.arn ?? "", token: arn, other };
}

async function rights(
  observed: ObservedAws,
  roles: readonly string[],
  expected: readonly Expected[],
): Promise<Finding> {
  const answers = await Promise.all(
    roles.flatMap((role) =>
      expected.map(async ([allowed, call]) => [allowed, await observed.isAllowed(role, call)] as const),
    ),
  );
  const narrow = answers.filter(([should, may]) => should && !may).length;
  const wide = answers.filter(([should, may]) => !should && may).length;
  return judged(
    narrow + wide === 0,
    `of ${answers.length} answers, ${narrow} refuse what is needed and ${wide} allow what must be refused; none was really tried`,
    `sur ${answers.length} réponses, ${narrow} refusent le nécessaire et ${wide} autorisent l'interdit ; rien n'a été tenté`,
    { answers: answers.length, tooNarrow: narrow, tooWide: wide },
  );
}

const refresherRights: Check = async (scene) => {
  const { observed, application } = scene;
  const { client, token, other } = await arnsOf(scene);
  const { arn: role } = await observed.functionRole(application.description.function);
  return rights(
    observed,
    [role],
    [
      [true, { action: READ, resource: client, ...CURRENT }],
      [true, { action: READ, resource: token, ...CURRENT }],
      [true, { action: WRITE, resource: token }],
      [false, { action: READ, resource: client }],
      [false, { action: READ, resource: client, stage: "AWSPREVIOUS" }],
      [false, { action: READ, resource: other, ...CURRENT }],
      [false, { action: WRITE, resource: client }],
      [false, { action: "secretsmanager:DeleteSecret", resource: token }],
    ],
  );
};

const consumerRights: Check = async (scene) => {
  if (scene.consumers.length === 0) {
    return finding("not seen", "name one: `--consumer-role-arn`", "indiquez-en un : `--consumer-role-arn`");
  }
  const { client, token } = await arnsOf(scene);
  return rights(scene.observed, scene.consumers, [
    [true, { action: READ, resource: token, ...CURRENT }],
    [false, { action: READ, resource: client, ...CURRENT }],
    [false, { action: WRITE, resource: token }],
  ]);
};

interface PolicyStatement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Action?: unknown;
}

const listOf = (one: unknown): unknown[] => (Array.isArray(one) ? one : [one]);
const statementsOf = (policy: string): PolicyStatement[] =>
  listOf(membersOf(parseJson(policy))?.["Statement"]).map((one): PolicyStatement => membersOf(one) ?? {});

/** Whether a statement names CloudWatch, or everybody, as AWS's default policy of a topic does. Conditions are not judged. */
function letsCloudWatch(policy: string, action: string): boolean {
  return statementsOf(policy).some(({ Effect: effect, Principal: principal, Action: named }) => {
    const { AWS: aws, Service: service } = membersOf(principal) ?? {};
    const who = [...listOf(service), ...listOf(aws), principal];
    const is = (pattern: unknown): boolean =>
      typeof pattern === "string" && new RegExp(`^${pattern.replaceAll("*", ".*")}$`, "i").test(action);
    return (
      effect === "Allow" && (who.includes("cloudwatch.amazonaws.com") || who.includes("*")) && listOf(named).some(is)
    );
  });
}

async function topicsOf({ aws, application }: Scene): Promise<string[]> {
  const alarms = await aws.alarms(application.description.alarms);
  return [...new Set([...alarms.values()].flatMap(({ topics }) => topics))];
}

const topicsAllow: Check = async (scene) => {
  const topics = await topicsOf(scene);
  const policies = await Promise.all(topics.map(async (topic) => (await scene.observed.topic(topic)).policy));
  const allowing = policies.filter((policy) => letsCloudWatch(policy, "SNS:Publish")).length;
  if (topics.length === 0) return finding("not seen", "no alarm has a topic", "aucune alarme n'a de sujet");
  return judged(
    allowing === topics.length,
    `${allowing} of ${topics.length} topics do`,
    `${allowing} sujets sur ${topics.length} le font`,
    { topics: topics.length, allowing },
  );
};

const AWS_OWN_KEY = /(?:^|:)alias\/aws\/sns$/;
const keysAllow: Check = async (scene) => {
  const topics = await Promise.all((await topicsOf(scene)).map((topic) => scene.observed.topic(topic)));
  const keys = [...new Set(topics.flatMap(({ key }) => key ?? []))];
  if (keys.length === 0) return finding("not seen", "no topic is encrypted", "aucun sujet n'est chiffré");
  const allow = await Promise.all(
    keys.map(async (key) => {
      if (AWS_OWN_KEY.test(key)) return false;
      const policy = await scene.observed.keyPolicy(key);
      return ["kms:Decrypt", "kms:GenerateDataKey"].every((action) => letsCloudWatch(policy, action));
    }),
  );
  const allowing = allow.filter(Boolean).length;
  return judged(
    allowing === keys.length,
    `${allowing} of ${keys.length} keys do`,
    `${allowing} clés sur ${keys.length} le font`,
    {
      keys: keys.length,
      allowing,
    },
  );
};

/** What a topic has that was given none. */
const DEFAULT_TOPIC_POLICY = "__default_policy_ID";
const SEVERE = ["ERROR", "SECURITY_WARNING"];

const policiesValid: Check = async (scene) => {
  const { observed, application } = scene;
  const { clientSecret, tokenSecret, function: name } = application.description;
  const role = await observed.functionRole(name);
  const ofRole = await observed.rolePolicies(role.arn);
  const secrets = await Promise.all([clientSecret, tokenSecret].map((secret) => observed.secret(secret)));
  const topics = await Promise.all((await topicsOf(scene)).map((topic) => observed.topic(topic)));
  const ofResources = [
    ...secrets.flatMap(({ policy }) => policy ?? []),
    ...topics.flatMap(({ policy }) => (policy.includes(DEFAULT_TOPIC_POLICY) ? [] : [policy])),
  ];
  const found = await Promise.all([
    ...ofRole.map((policy) => observed.findings(policy, "IDENTITY_POLICY")),
    ...ofResources.map((policy) => observed.findings(policy, "RESOURCE_POLICY")),
  ]);
  const severe = found.flat().filter((type) => SEVERE.includes(type)).length;
  return judged(
    severe === 0,
    `${severe} errors and security warnings in ${found.length} policies`,
    `${severe} erreurs et avertissements de sécurité dans ${found.length} politiques`,
    { policies: found.length, severe },
  );
};

const addresses: Check = async (scene) => {
  const topics = await topicsOf(scene);
  const all = await Promise.all(topics.map((topic) => scene.aws.subscriptions(topic)));
  const empty = all.filter((of) => of.length === 0).length;
  const unconfirmed = all.flat().filter(({ confirmed }) => !confirmed).length;
  return judged(
    topics.length > 0 && empty + unconfirmed === 0,
    `${unconfirmed} of ${all.flat().length} not confirmed; ${empty} of ${topics.length} topics without anybody`,
    `${unconfirmed} sur ${all.flat().length} à confirmer ; ${empty} sujets sur ${topics.length} sans personne`,
    { topics: topics.length, empty, subscriptions: all.flat().length, unconfirmed },
  );
};

/** Facts that nothing shows while all is well. */
const unobserved: Check = () =>
  Promise.resolve(finding("not seen", "nothing shows it while all is well", "rien ne le montre tant que tout va bien"));

/** In the order in which they are made: those that wait come last. */
export const CHECKS: Readonly<Record<FactId, Check>> = {
  "refresher-rights": refresherRights,
  "consumer-rights": consumerRights,
  "policies-valid": policiesValid,
  "topics-allow-cloudwatch": topicsAllow,
  "keys-allow-cloudwatch": keysAllow,
  "addresses-confirmed": addresses,
  "alarm-actions": actions,
  "ticks-every-minute": ticks,
  "reports-in-time": reports,
  "errors-have-zeros": zeros,
  "if-without-else": math("never"),
  "fill-with-zero": math("zero"),
  "fill-with-repeat": math("repeated"),
  "fill-of-nothing": math("nothing"),
  "alarm-expressions": expressions,
  "dropped-events": unobserved,
  "windows-slide": unobserved,
};
