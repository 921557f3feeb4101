/** The drill's faults that ticks do not meet: passwords that end, and refusals that only a check of the connection sees. */
import { Piste, transportTo, type Fault } from "../emulator";
import { encodeSettings as encodeCheckSettings } from "../lambda/connection-check/contract";
import { createHandler as createCheck } from "../lambda/connection-check/handler";
import { DEFAULT_REFRESH_SETTINGS, encodeSettings } from "../lambda/token-refresh/contract";
import { createHandler as createRefresher } from "../lambda/token-refresh/handler";
import { PlatformError, type StoredSecret } from "../lambda/shared/secret-store";
import { checkApplication } from "../piste/application";
import type { TechnicalAccount } from "../piste/credentials";
import { describe } from "../piste/description";
import { HOSTS, type Environment } from "../piste/environments";
import {
  CHANGED_LABEL_PREFIX,
  DEFAULT_ACCOUNT,
  DEFAULT_APPLICATION,
  technicalAccountSecretName,
  tokenSecretName,
} from "../piste/names";
import { DEFAULT_SCOPE } from "../piste/token-endpoint";
import { Alarm } from "./alarms";
import type { DeployedAlarm } from "./alarmed-history";
import { rowOf, type Drilled } from "./drill-row";
import { MetricStore } from "./metric-store";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
const PASSWORD_LIFETIME_IN_DAYS = 424;

/** A Tuesday, noon in Paris. */
const NOON = Date.UTC(2026, 0, 6, 11);
const MINUTES = 12 * 60;
const ACCOUNT: TechnicalAccount = { login: "TECH_1_12345678200010@cpro.fr", password: "made-up" };

type Run = (now: () => number, log: (line: string) => void) => Promise<unknown>;

/** Runs the function at each of these minutes, and lets the alarms look on for half a day. */
async function play(
  runsAt: readonly number[],
  run: Run,
  deployed: readonly DeployedAlarm[],
): Promise<{ readonly alarm: string; readonly minute: number; readonly pages: boolean }[]> {
  const store = new MetricStore();
  const alarms = deployed.map(({ definition, pages }) => ({ alarm: new Alarm(definition), pages }));
  const begun: { alarm: string; minute: number; pages: boolean }[] = [];
  for (let minute = 0; minute < MINUTES; minute++) {
    const now = NOON + minute * MINUTE;
    for (const { alarm, pages } of alarms) {
      if (alarm.evaluate(store, now) && alarm.state === "ALARM") begun.push({ alarm: alarm.name, minute, pages });
    }
    if (!runsAt.includes(minute)) continue;
    await run(
      () => now,
      (line) => {
        store.addLine(line);
      },
    );
  }
  return begun;
}

/** What SSM holds of an application with one technical account. */
function parametersOf(environment: Environment): ReadonlyMap<string, string> {
  const application = checkApplication({
    environment,
    name: DEFAULT_APPLICATION,
    technicalAccounts: [
      { name: DEFAULT_ACCOUNT, structure: { identifier: "12345678200010", identifierType: "SIRET" as const } },
    ],
  });
  const deployed = {
    clientSecret: "client",
    tokenSecret: tokenSecretName(environment, DEFAULT_APPLICATION),
    function: "function",
    schedule: { group: "group", name: "name" },
    alarms: [],
  };
  const accounts = application.technicalAccounts.map((account) => ({
    ...account,
    secret: technicalAccountSecretName(environment, DEFAULT_APPLICATION, account.name),
    passwordLifetimeInDays: PASSWORD_LIFETIME_IN_DAYS,
  }));
  return new Map(describe(application, deployed, accounts).map(({ name, value }) => [name, value]));
}

function readFrom(parameters: ReadonlyMap<string, string>): (name: string) => Promise<string> {
  return (name) => {
    const value = parameters.get(name);
    return value === undefined ? Promise.reject(new PlatformError(`there is no ${name}`)) : Promise.resolve(value);
  };
}

const neverAsked = (): Promise<never> => Promise.reject(new PlatformError("this run asks nothing of it"));

/** A password that was set so long ago, told by a label. */
function passwordRun(environment: Environment, daysLeft: number): Run {
  const changed = new Date(NOON - (PASSWORD_LIFETIME_IN_DAYS - daysLeft) * DAY).toISOString().slice(0, 10);
  const parameters = parametersOf(environment);
  return (now, log) =>
    createRefresher({
      secrets: { read: neverAsked, write: neverAsked, answeredAt: () => undefined },
      pending: { labels: neverAsked, read: neverAsked, makeCurrent: neverAsked, unstage: neverAsked },
      listVersions: neverAsked,
      accounts: {
        readParameter: readFrom(parameters),
        currentVersion: () =>
          Promise.resolve({ labels: ["AWSCURRENT", `${CHANGED_LABEL_PREFIX}${changed}`], storedAt: NOON - DAY }),
      },
      transport: neverAsked,
      nowInMilliseconds: now,
      sleep: () => Promise.resolve(),
      random: () => 0.5,
      variables: encodeSettings({
        environment,
        application: DEFAULT_APPLICATION,
        ...DEFAULT_REFRESH_SETTINGS,
        tokenEndpoint: HOSTS[environment].tokenEndpoint,
        scope: DEFAULT_SCOPE,
      }),
      log,
    })({ environment, application: DEFAULT_APPLICATION, operation: "passwords" });
}

/** A check of the connection, with an account that Chorus Pro knows unless a fault says otherwise. */
function checkRun(environment: Environment, faults: readonly Omit<Fault, "on">[], password = ACCOUNT.password): Run {
  const parameters = parametersOf(environment);
  let refused = false;
  return (now, log) => {
    const piste = new Piste(now);
    piste.platform.addAccount(ACCOUNT);
    for (const fault of faults) piste.faults.add({ on: "api", ...fault });
    const seconds = Math.floor(now() / SECOND);
    const { token } = piste.platform.giveToken("a-client", [DEFAULT_SCOPE]);
    const record = {
      access_token: token,
      token_type: "Bearer",
      scope: DEFAULT_SCOPE,
      issued_at: seconds,
      expires_at: seconds + 3600,
    };
    const tokenSecret = tokenSecretName(environment, DEFAULT_APPLICATION);
    const read = (name: string): Promise<StoredSecret> => {
      const [value, age] = name === tokenSecret ? [record, 0] : [{ ...ACCOUNT, password }, 24 * 3600];
      return Promise.resolve({ value: JSON.stringify(value), storedAt: seconds - age, versionId: "version" });
    };
    return createCheck({
      secrets: { read, answeredAt: () => seconds },
      labels: {
        current: () => Promise.resolve({ versionId: "version", refused }),
        markRefused: () => {
          refused = true;
          return Promise.resolve();
        },
      },
      readParameter: readFrom(parameters),
      transport: transportTo(piste),
      nowInMilliseconds: now,
      sleep: () => Promise.resolve(),
      random: () => 0,
      variables: encodeCheckSettings({
        environment,
        application: DEFAULT_APPLICATION,
        apiBaseUrl: HOSTS[environment].apiBaseUrl,
      }),
      log,
    })({ environment, application: DEFAULT_APPLICATION, operation: "check" });
  };
}

export async function drillAccounts(environment: Environment, deployed: readonly DeployedAlarm[]): Promise<Drilled[]> {
  const hourly = [5, 65, 125, 185, 245, 305];
  const twice = [17, 317];
  const { login } = ACCOUNT;
  const drills: readonly (readonly [fault: string, expected: string | null, runsAt: readonly number[], run: Run])[] = [
    ["a password with 31 days left", null, hourly, passwordRun(environment, 31)],
    ["a password with 29 days left", "password-expiring", hourly, passwordRun(environment, 29)],
    ["a password with 6 days left", "password-expiring", hourly, passwordRun(environment, 6)],
    ["a connection that is fine", null, twice, checkRun(environment, [])],
    [
      "an API no longer selected, or its CGU not accepted",
      "connection-refused",
      twice,
      checkRun(environment, [{ path: "/cpro/factures", status: 403 }]),
    ],
    ["raccordement or habilitation lost", "connection-refused", twice, checkRun(environment, [{ login, status: 403 }])],
    ["a technical account's password refused", "connection-refused", twice, checkRun(environment, [], "wrong")],
    ["the APIs out", null, twice, checkRun(environment, [{ status: 503 }])],
  ];
  const rows: Drilled[] = [];
  for (const [fault, expected, runsAt, run] of drills) {
    const begun = await play(runsAt, run, deployed);
    rows.push(rowOf({ fault, expected, mayAlsoPage: [] }, environment, begun, runsAt[0]));
  }
  return rows;
}
