/**
 * The alarm drill: runs the real handler on a fake clock for each fault, feeds its metrics to the synthesized alarms,
 * and records which alarms ring and when.
 */
import type { Environment } from "../piste/environments";
import { playWithAlarms, type DeployedAlarm, type ReportDelay } from "./alarmed-history";
import { rowOf, worse, type Drilled, type DrillRow, type Expected } from "./drill-row";
import type { Disturbance, Happening, History } from "./history";

interface Drill extends Expected {
  readonly happening?: Happening;
  readonly minutes?: number;
  /** Minutes by which it begins later than the others. */
  readonly later?: number;
  /** Further events, `after` minutes after its beginning. */
  readonly besides?: readonly (Happening & { readonly after: number; readonly minutes?: number })[];
  readonly credentialsAfterInMinutes?: number;
}

const HOUR = 60;
const LASTING = 5 * HOUR;
const TOLERANCE = 30;
const LAPSING = "token-lapsing";

const outage = (how: Extract<Happening, { kind: "outage" }>["how"]): Happening => ({ kind: "outage", how });

/** Every fault that the simulation can produce. */
const DRILLS: readonly Drill[] = [
  { fault: "none: the first hours of a deployment", expected: null },
  { fault: "none: credentials stored two hours late", credentialsAfterInMinutes: 2 * HOUR, expected: null },
  ...(["dns", "tls", "timeout-read", "reset", "http-503", "html", "empty", "redirect", "too-large"] as const).map(
    (how): Drill => ({
      fault: `PISTE out for 5 h: ${how}`,
      happening: outage(how),
      expected: "piste-degraded",
      mayAlsoPage: [LAPSING],
    }),
  ),
  {
    fault: "PISTE out for the whole tolerance",
    happening: outage("http-503"),
    minutes: TOLERANCE,
    expected: "piste-degraded",
  },
  ...[5, 8, 10].map((minutes): Drill => ({
    fault: `PISTE out for ${minutes} minutes`,
    happening: outage("http-503"),
    minutes,
    expected: null,
  })),
  { fault: "PISTE out for 15 minutes", happening: outage("http-503"), minutes: 15, expected: "piste-degraded" },
  {
    fault: "PISTE throttles for 5 h",
    happening: { kind: "throttling" },
    expected: "piste-degraded",
    mayAlsoPage: [LAPSING],
  },
  ...(["invalid_client", "invalid_scope", "suspect"] as const).map((how): Drill => ({
    fault: `PISTE refuses the client: ${how}`,
    happening: { kind: "rejection", how },
    expected: "credentials-rejected",
    mayAlsoPage: [LAPSING],
  })),
  {
    fault: "ambiguous 401s for a minute",
    happening: { kind: "rejection", how: "suspect" },
    minutes: 1,
    expected: null,
  },
  {
    fault: "client secret reset, new one not stored",
    happening: { kind: "secret-reset" },
    expected: "credentials-rejected",
    mayAlsoPage: [LAPSING],
  },
  {
    fault: "client credentials that are not JSON",
    happening: { kind: "corrupted-client-secret" },
    expected: "credentials-rejected",
    mayAlsoPage: [LAPSING],
  },
  {
    fault: "the schedule is off",
    happening: { kind: "missed-ticks" },
    expected: "refresher-silent",
    mayAlsoPage: [LAPSING],
  },
  ...[1, 5].map((minutes): Drill => ({
    fault: `no ticks for ${minutes} min`,
    happening: { kind: "missed-ticks" },
    minutes,
    expected: null,
  })),
  { fault: "no ticks for 20 min", happening: { kind: "missed-ticks" }, minutes: 20, expected: "refresher-silent" },
  {
    fault: "the function is killed for 40 min, then the schedule is off",
    happening: { kind: "crashes" },
    minutes: 40,
    besides: [{ kind: "missed-ticks", after: 40, minutes: LASTING }],
    later: 0,
    expected: "refresher-failing",
    alsoRings: ["refresher-silent"],
    mayAlsoPage: ["refresher-silent", LAPSING],
  },
  ...Array.from({ length: HOUR }, (_, later): Drill => ({
    fault: "the schedule is off from each minute of an hour, and a person refreshes the token",
    happening: { kind: "missed-ticks" },
    later,
    besides: [
      { kind: "refresh-by-hand", after: 3 },
      { kind: "refresh-by-hand", after: 40 },
    ],
    expected: "refresher-silent",
    mayAlsoPage: [LAPSING],
  })),
  {
    fault: "the schedule of the password check is off",
    happening: { kind: "no-password-checks" },
    expected: "passwords-unchecked",
  },
  {
    fault: "each password check fails",
    happening: { kind: "password-checks-fail" },
    expected: "passwords-unchecked",
  },
  {
    fault: "one password check fails",
    happening: { kind: "password-checks-fail" },
    minutes: HOUR,
    expected: null,
  },
  {
    fault: "Lambda has no capacity for the first 20 s of each tick",
    happening: { kind: "no-room", seconds: 20 },
    expected: null,
  },
  {
    fault: "Lambda has no capacity at all",
    happening: { kind: "no-room", seconds: HOUR },
    expected: "refresher-failing",
    mayAlsoPage: [LAPSING, "refresher-silent"],
  },
  ...(["read", "write"] as const).flatMap((call) =>
    (["AccessDeniedException", "timeout"] as const).map((error): Drill => ({
      fault: `AWS refuses each ${call}: ${error}`,
      happening: { kind: "aws-refuses", call, error },
      expected: "refresher-failing",
      mayAlsoPage: [LAPSING],
    })),
  ),
  {
    fault: "writes refused for a minute",
    happening: { kind: "aws-refuses", call: "write", error: "ThrottlingException" },
    minutes: 1,
    expected: null,
  },
  {
    fault: "the function is killed before each write",
    happening: { kind: "crashes" },
    expected: "refresher-failing",
    mayAlsoPage: [LAPSING],
  },
  { fault: "crashes for a minute", happening: { kind: "crashes" }, minutes: 1, expected: null },
  {
    fault: "token overwritten by a person",
    happening: { kind: "corrupted-token", how: "not-json" },
    minutes: 1,
    expected: null,
  },
  {
    fault: "clock an hour ahead for 40 minutes",
    happening: { kind: "clock-error", aheadInSeconds: 3600 },
    minutes: 40,
    expected: null,
  },
  { fault: "errors in bursts for 5 h", happening: { kind: "error-burst", how: "http-503" }, expected: null },
  { fault: "each tick delivered twice for 5 h", happening: { kind: "duplicate-ticks" }, expected: null },
];

const FAULT_BEGINS_AT_MINUTE = 3 * HOUR;
/** Long enough for the longest fault and its alarms to end. */
const DAYS = 0.4;

/** These begin at a fixed minute; the others with the first tick that finds the token due, the worst moment. */
const AT_ONCE = [
  "secret-reset",
  "corrupted-client-secret",
  "corrupted-token",
  "no-password-checks",
  "password-checks-fail",
];

function historyOf({
  happening,
  minutes = LASTING,
  later,
  besides = [],
  credentialsAfterInMinutes = 0,
}: Drill): History {
  const from = FAULT_BEGINS_AT_MINUTE + (later ?? 0);
  const whenDue = later === undefined && happening !== undefined && !AT_ONCE.includes(happening.kind);
  const disturbances: Disturbance[] =
    happening === undefined
      ? []
      : [
          { ...happening, from, minutes, ...(whenDue && { whenDue }) },
          ...besides.map(({ after, ...other }) => ({ minutes: 1, ...other, from: from + after })),
        ];
  return { days: DAYS, seed: 1, lateness: "any", credentialsAfterInMinutes, disturbances };
}

/** @param faults the faults to play. @default - all */
export async function drill(
  environment: Environment,
  deployed: readonly DeployedAlarm[],
  faults?: readonly string[],
): Promise<Drilled[]> {
  const rows = new Map<string, Drilled>();
  for (const each of DRILLS) {
    if (faults?.includes(each.fault) === false) continue;
    const play = async (delay: ReportDelay): Promise<DrillRow> => {
      const { events, firstTroubleAtMinute } = await playWithAlarms(historyOf(each), environment, deployed, delay);
      const begun = events.filter(({ state }) => state === "ALARM");
      return rowOf(each, environment, begun, firstTroubleAtMinute);
    };
    const row = { ...(await play("prompt")), late: await play("late"), any: await play("any") };
    rows.set(each.fault, worse(rows.get(each.fault), { ...row, expected: each.expected }));
  }
  return [...rows.values()];
}
