/** The drill's faults that do not involve ticks: expiring passwords, and refusals that only a connection check sees. */
import { Piste, transportTo, type Fault } from "../emulator";
import { encodeSettings as encodeCheckSettings } from "../lambda/connection-check/contract";
import { createHandler as createCheck } from "../lambda/connection-check/handler";
import { DEFAULT_REFRESH_SETTINGS, encodeSettings } from "../lambda/token-refresh/contract";
import { createHandler as createRefresher, type HandlerOptions } from "../lambda/token-refresh/handler";
import { PlatformError, type StoredSecret } from "../lambda/shared/secret-store";
import { DEFAULT_SCOPE } from "../piste/api-catalogue";
import type { ClientCredentials, TechnicalAccount } from "../piste/credentials";
import type { AlarmName } from "../aws/alarms/alarms";
import { HOSTS, type Environment } from "../piste/environments";
import { CHANGED_LABEL_PREFIX, clientSecretName, DEFAULT_APPLICATION, tokenSecretName } from "../piste/names";
import { Alarm } from "./alarms";
import { delaysInMilliseconds, LateReports, type DeployedAlarm, type ReportDelay } from "./alarmed-history";
import { describedApplication, PASSWORD_LIFETIME_IN_DAYS } from "./described";
import { rowOf, type Drilled } from "./drill-row";
import { MetricStore } from "./metric-store";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** A Tuesday, noon in Paris. */
const NOON = Date.UTC(2026, 0, 6, 11);
const MINUTES = 12 * 60;
const CLIENT: ClientCredentials = { client_id: "a-client", client_secret: "made-up" };
const ACCOUNT: TechnicalAccount = { login: "TECH_1_12345678200010@cpro.fr", password: "made-up" };

type Run = (now: () => number, log: (line: string) => void) => Promise<unknown>;

/** Runs the function at each of these minutes and evaluates the alarms for half a day. */
async function play(
  runsAt: readonly number[],
  run: Run,
  deployed: readonly DeployedAlarm[],
  delay: ReportDelay,
): Promise<{ readonly alarm: string; readonly minute: number; readonly pages: boolean }[]> {
  const store = new MetricStore();
  const reports = new LateReports(delaysInMilliseconds(delay, 1));
  const alarms = deployed.map(({ definition, pages }) => ({ alarm: new Alarm(definition), pages }));
  const begun: { alarm: string; minute: number; pages: boolean }[] = [];
  for (let minute = 0; minute < MINUTES; minute++) {
    const now = NOON + minute * MINUTE;
    reports.arriveUntil(now);
    for (const { alarm, pages } of alarms) {
      if (alarm.evaluate(store, now) && alarm.state === "ALARM") begun.push({ alarm: alarm.name, minute, pages });
    }
    if (!runsAt.includes(minute)) continue;
    await run(
      () => now,
      (line) => {
        reports.send(now, () => {
          store.addLine(line);
        });
      },
    );
  }
  return begun;
}

const neverCalled = (): Promise<never> => Promise.reject(new PlatformError("this run must not call it"));

/** The refresher with the dependencies in `more`; a call of any other one fails. */
function refresher(
  environment: Environment,
  more: Partial<HandlerOptions> & Pick<HandlerOptions, "nowInMilliseconds" | "log">,
): ReturnType<typeof createRefresher> {
  return createRefresher({
    secrets: { read: neverCalled, write: neverCalled, answeredAt: () => undefined },
    pending: { labels: neverCalled, read: neverCalled, makeCurrent: neverCalled, unstage: neverCalled },
    listVersions: neverCalled,
    accounts: { readParameter: neverCalled, currentVersion: neverCalled },
    transport: neverCalled,
    sleep: () => Promise.resolve(),
    random: () => 0.5,
    variables: encodeSettings({
      environment,
      application: DEFAULT_APPLICATION,
      ...DEFAULT_REFRESH_SETTINGS,
      tokenEndpoint: HOSTS[environment].tokenEndpoint,
      scope: DEFAULT_SCOPE,
    }),
    ...more,
  });
}

/** A password whose label gives the day of its last change. */
function passwordRun(environment: Environment, daysLeft: number): Run {
  const changed = new Date(NOON - (PASSWORD_LIFETIME_IN_DAYS - daysLeft) * DAY).toISOString().slice(0, 10);
  const readParameter = describedApplication(environment);
  return (nowInMilliseconds, log) =>
    refresher(environment, {
      accounts: {
        readParameter,
        currentVersion: () =>
          Promise.resolve({ labels: ["AWSCURRENT", `${CHANGED_LABEL_PREFIX}${changed}`], storedAt: NOON - DAY }),
      },
      nowInMilliseconds,
      log,
    })({ environment, application: DEFAULT_APPLICATION, operation: "passwords" });
}

interface CheckedConnection {
  readonly faults?: readonly Fault[];
  /** The stored password. @default - the one that Chorus Pro knows */
  readonly password?: string;
  /** The gateway no longer knows the stored token. */
  readonly forgotten?: boolean;
}

/** A connection check with an account that Chorus Pro knows, unless a fault says otherwise. */
function checkRun(
  environment: Environment,
  { faults = [], password = ACCOUNT.password, forgotten = false }: CheckedConnection = {},
): Run {
  const readParameter = describedApplication(environment);
  let refused = false;
  return (now, log) => {
    const piste = new Piste(now);
    piste.platform.addAccount(ACCOUNT);
    piste.platform.addClient(CLIENT);
    for (const fault of faults) piste.faults.add(fault);
    const seconds = Math.floor(now() / SECOND);
    const { token } = piste.platform.giveToken(CLIENT.client_id, [DEFAULT_SCOPE]);
    if (forgotten) piste.platform.expireTokens();
    const record = {
      access_token: token,
      token_type: "Bearer",
      scope: DEFAULT_SCOPE,
      issued_at: seconds,
      expires_at: seconds + 3600,
    };
    const stored = new Map([
      [tokenSecretName(environment, DEFAULT_APPLICATION), JSON.stringify(record)],
      [clientSecretName(environment, DEFAULT_APPLICATION), JSON.stringify(CLIENT)],
    ]);
    const read = (name: string): Promise<StoredSecret> => {
      const own = stored.get(name);
      const [value, age] = own === undefined ? [JSON.stringify({ ...ACCOUNT, password }), 24 * 3600] : [own, 0];
      return Promise.resolve({ value, storedAt: seconds - age, versionId: "version" });
    };
    const write = (name: string, value: string): Promise<boolean> => {
      stored.set(name, value);
      return Promise.resolve(true);
    };
    const refresh = refresher(environment, {
      secrets: { read, write, answeredAt: () => undefined },
      listVersions: () => Promise.resolve([]),
      transport: transportTo(piste),
      nowInMilliseconds: now,
      log,
    });
    return createCheck({
      secrets: { read, answeredAt: () => seconds },
      labels: {
        current: () => Promise.resolve({ versionId: "version", refused }),
        markRefused: () => {
          refused = true;
          return Promise.resolve();
        },
      },
      invokeFunction: async (_, input) => ({ failed: false, answer: await refresh(input) }),
      readParameter,
      transport: transportTo(piste),
      nowInMilliseconds: now,
      sleep: () => Promise.resolve(),
      random: () => 0,
      variables: encodeCheckSettings({
        environment,
        application: DEFAULT_APPLICATION,
        apiBaseUrl: HOSTS[environment].apiBaseUrl,
        refresherArn: "the-refresher",
      }),
      log,
    })({ environment, application: DEFAULT_APPLICATION, operation: "check" });
  };
}

export async function drillAccounts(environment: Environment, deployed: readonly DeployedAlarm[]): Promise<Drilled[]> {
  const hourly = Array.from({ length: MINUTES / 60 }, (_, hour) => 60 * hour + 5);
  const twice = [17, 317];
  const { login } = ACCOUNT;
  const drills: readonly (readonly [
    fault: string,
    expected: AlarmName | null,
    runsAt: readonly number[],
    begin: () => Run,
  ])[] = [
    ["a password with 31 days left", null, hourly, () => passwordRun(environment, 31)],
    ["a password with 29 days left", "password-expiring", hourly, () => passwordRun(environment, 29)],
    ["a password with 6 days left", "password-expiring", hourly, () => passwordRun(environment, 6)],
    ["a working connection", null, twice, () => checkRun(environment)],
    [
      "an API no longer selected, or its CGU not accepted",
      "connection-refused",
      twice,
      () => checkRun(environment, { faults: [{ on: "gateway", path: "/cpro/factures", status: 403, body: "empty" }] }),
    ],
    [
      "raccordement or habilitation lost",
      "connection-refused",
      twice,
      () => checkRun(environment, { faults: [{ on: "api", login, status: 403 }] }),
    ],
    [
      "a technical account's password refused",
      "connection-refused",
      twice,
      () => checkRun(environment, { password: "wrong" }),
    ],
    ["the APIs out", null, twice, () => checkRun(environment, { faults: [{ on: "gateway", status: 503 }] })],
    // The refresher replaces it: no person has to act.
    ["a token that the gateway no longer knows", null, twice, () => checkRun(environment, { forgotten: true })],
    // Every call is refused, and no other alarm detects it.
    [
      "a token that the gateway no longer knows, while PISTE issues none",
      "connection-refused",
      twice,
      () => checkRun(environment, { forgotten: true, faults: [{ on: "token", status: 503 }] }),
    ],
  ];
  const rows: Drilled[] = [];
  for (const [fault, expected, runsAt, begin] of drills) {
    const rowWith = async (delay: ReportDelay): Promise<Drilled> =>
      rowOf({ fault, expected }, environment, await play(runsAt, begin(), deployed, delay), runsAt[0]);
    rows.push({ ...(await rowWith("prompt")), late: await rowWith("late") });
  }
  return rows;
}
