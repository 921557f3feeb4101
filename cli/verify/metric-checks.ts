/** Checks of metrics and alarms: arrival of metrics, metric math, alarm actions. */
import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { LATEST_REPORT_IN_MINUTES, metricOf } from "../../aws/alarms/alarm";
import { evaluateMath, type Series } from "../../aws/alarms/metric-math";
import { LONGEST_GAP_IN_MINUTES } from "../../aws/facts";
import { finding, judged, type Check, type Scene } from "./finding";
import type { Values } from "./observed-aws";
import { dataQuery, floorOf, MINUTE, settledMinutes, tickedMinutes, type Look } from "./watch";

const TOO_FEW = finding("not seen", "too few ticks yet", "encore trop peu d'exécutions");

async function latestLook({ looks }: Scene): Promise<Look> {
  const all = await looks();
  return all.at(-1) ?? all[0];
}

export const ticks: Check = async (scene) => {
  const look = await latestLook(scene);
  const ticked = tickedMinutes(look);
  const minutes = settledMinutes(look, ticked);
  let [gap, longest] = [0, 0];
  for (const minute of minutes) {
    gap = ticked.has(minute) ? 0 : gap + 1;
    longest = Math.max(longest, gap);
  }
  const measured = { minutes: minutes.length, longestGapInMinutes: longest };
  if (ticked.size === 0) return judged(false, "no tick in an hour", "aucune exécution en une heure", measured);
  if (minutes.length === 0) return TOO_FEW;
  return judged(
    longest <= LONGEST_GAP_IN_MINUTES,
    `${longest} min at most without a tick, in ${minutes.length} min`,
    `${longest} min au plus sans exécution, sur ${minutes.length} min`,
    measured,
  );
};

/** The age of the oldest tick line without its metric, or the longest delay of a log line. */
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

export const reports: Check = async ({ looks }) => {
  const all = await looks();
  const lines = Math.max(...all.map((look) => look.lines.length));
  const seconds = Math.round(Math.max(...all.map(oldestWithoutMetric)) / 1000);
  const measured = { lines, looks: all.length, longestInSeconds: seconds };
  if (lines === 0) return finding("not seen", "no tick in the log", "aucune exécution au journal");
  return judged(
    seconds <= LATEST_REPORT_IN_MINUTES * 60,
    `${seconds} s at most, in ${all.length} looks at ${lines} lines`,
    `${seconds} s au plus, en ${all.length} relevés, sur ${lines} lignes`,
    measured,
  );
};

export const zeros: Check = async (scene) => {
  const look = await latestLook(scene);
  const runs = settledMinutes(look, look.invocations).filter((minute) => look.invocations.has(minute));
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

/** Counts the periods in which AWS and our model give different values for the same input. */
function compare(
  id: string,
  expression: string,
  given: ReadonlyMap<string, Values>,
  grid: readonly number[],
): { readonly model: Series; readonly different: number } {
  const seriesOf = (name: string): Series => grid.map((at) => given.get(name)?.get(at));
  const others = [...given.keys()].filter((name) => name !== id);
  const ofAws = seriesOf(id);
  let model: Series = [];
  try {
    model = evaluateMath(expression, Object.fromEntries(others.map((name) => [name, seriesOf(name)])));
  } catch {
    // A changed alarm may have an expression that our model does not support.
  }
  return { model, different: model.filter((value, index) => value !== ofAws[index]).length };
}

/** The starts of AWS's periods: AWS does not document on which minute a long period starts. */
function gridOf(given: ReadonlyMap<string, Values>, from: number, to: number, period: number): number[] {
  const [some = from] = [...given.values()].flatMap((values) => [...values.keys()]);
  const first = from + ((((some - from) % period) + period) % period);
  return Array.from({ length: Math.ceil((to - first) / period) }, (_, index) => first + index * period);
}

/** Compares AWS's metric math functions with our model, on ticks with a gap. */
export const metricMath: Check = async (scene) => {
  const { observed, application, now } = scene;
  const seen = [...(await latestLook(scene)).ticks.keys()].sort((one, other) => one - other);
  const middle = seen[Math.floor(seen.length / 2)];
  if (middle === undefined || seen.length < 4) return TOO_FEW;
  const gaps = {
    // `early` has the minutes before the middle, `late` the others. EPOCH gives a minute's time in seconds.
    epoch: "EPOCH(ticks)",
    early: `IF(epoch < ${middle / 1000}, 1)`,
    late: `IF(epoch >= ${middle / 1000}, 1)`,
  };
  const shown = {
    never: "IF(ticks < 0, 1)",
    zero: "FILL(early, 0)",
    repeated: "FILL(early, REPEAT)",
    nothing: "FILL(late, REPEAT)",
  };
  const queries: MetricDataQuery[] = [
    dataQuery("ticks", metricOf("ticks", application.description)),
    ...Object.entries({ ...gaps, ...shown }).map(([Id, Expression]) => ({ Id, Expression })),
  ];
  const [from, to] = [(seen[0] ?? middle) - 5 * MINUTE, floorOf(now())];
  const given = await observed.metrics(queries, from, to);
  const grid = gridOf(given, from, to, MINUTE);
  const differ = Object.entries(shown).map(
    ([name, text]) => [name, compare(name, text, given, grid).different] as const,
  );
  const sum = differ.reduce((all, [, minutes]) => all + minutes, 0);
  if (sum === 0 && ["early", "late"].some((name) => grid.every((at) => given.get(name)?.has(at)))) {
    return finding("not seen", "no gap to fill", "aucun trou à combler");
  }
  return judged(
    sum === 0,
    `${sum} of ${differ.length * grid.length} values differ`,
    `${sum} valeurs sur ${differ.length * grid.length} diffèrent`,
    { minutes: grid.length, ...Object.fromEntries(differ) },
  );
};

/** CloudWatch also reads a few periods before the alarm's evaluation periods. */
const MORE_PERIODS = 2;

export const expressions: Check = async ({ observed, definitions, now, resultOf }) => {
  if (resultOf("metric-math") === "otherwise") {
    return finding("not seen", "metric-math is not as expected", "metric-math n'est pas comme attendu");
  }
  let [evaluated, values, differ] = [0, 0, 0];
  for (const { Metrics: queries = [], EvaluationPeriods: periods = 1 } of await definitions()) {
    const period = (queries.find(({ MetricStat: stat }) => stat?.Period)?.MetricStat?.Period ?? 0) * 1000;
    if (period === 0) continue;
    const to = floorOf(now(), period);
    const from = to - (periods + MORE_PERIODS) * period;
    const given = await observed.metrics(queries, from, to);
    const grid = gridOf(given, from, to, period);
    for (const { Id: id = "", Expression: expression } of queries) {
      if (expression === undefined) continue;
      const { model, different } = compare(id, expression, given, grid);
      evaluated += 1;
      // AWS does not document FILL of a series without data. No alarm rings in either case.
      if (model.every((value) => value === undefined)) continue;
      values += grid.length;
      differ += different;
    }
  }
  if (values === 0) return finding("not seen", "no expression has data yet", "aucune expression n'a encore de données");
  return judged(
    differ === 0,
    `${differ} of ${values} values of ${evaluated} expressions differ`,
    `${differ} valeurs sur ${values} diffèrent, pour ${evaluated} expressions`,
    { expressions: evaluated, values, different: differ },
  );
};

const HISTORY = 14 * 24 * 60 * MINUTE;
/** CloudWatch runs an action within seconds. */
export const ACTED_WITHIN = 2 * MINUTE;

export const actions: Check = async ({ aws, observed, application, now }) => {
  let [changes, missing, refused] = [0, 0, 0];
  // Read again, since a drill changes the state of an alarm.
  const all = await observed.definitions(application.description.alarms);
  for (const { AlarmName: name = "", StateValue: state, ActionsEnabled: enabled = true, ...has } of all) {
    const at = has.StateTransitionedTimestamp?.getTime() ?? 0;
    // The definition changed afterwards, so the actions may have been different.
    if (at < (has.AlarmConfigurationUpdatedTimestamp?.getTime() ?? 0)) continue;
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
    return finding("not seen", "no recent change of an alarm", "aucun changement d'alarme récent", measured);
  return judged(
    refused + missing === 0,
    `${changes} changes: ${refused} refused, ${missing} without an action; ${ringing} of ${all.length} alarms ring`,
    `${changes} changements : ${refused} refusés, ${missing} sans action ; ${ringing} alarmes sur ${all.length} sonnent`,
    measured,
  );
};
