/** An application whose function uses a model of Secrets Manager with labels, call by call. */
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { expect } from "@jest/globals";
import { Piste, transportTo } from "../../../emulator";
import {
  DEFAULT_REFRESH_SETTINGS,
  encodeSettings,
  type FunctionSettings,
  type Operation,
} from "../../../lambda/token-refresh/contract";
import { createHandler } from "../../../lambda/token-refresh/handler";
import { pendingCredentials } from "../../../lambda/token-refresh/pending-credentials";
import type { RunResult } from "../../../lambda/token-refresh/report";
import { versionDates } from "../../../lambda/token-refresh/secret-versions";
import { secretStore, type SecretsClient } from "../../../lambda/shared/secret-store";
import type { AccessToken, ClientCredentials } from "../../../piste/credentials";
import { HOSTS } from "../../../piste/environments";
import type { HttpTransport } from "../../../piste/http";
import { SecretsManagerModel } from "../../../simulation/secrets-manager";
import { answerOf } from "./secrets-client";
import { CLIENT_SECRET, fakeClock, memoryAccounts, TOKEN_SECRET, type Clock } from "./fixture";

const pair = (name: string): ClientCredentials => ({
  client_id: `canary-id-${name}`,
  client_secret: `canary-secret-${name}`,
});

/** PISTE knows these; each has the version id of its name. */
export const FORMER = pair("former");
export const STAGED = pair("staged");
export const NEWER = pair("newer");
/** PISTE does not know this one. */
export const UNKNOWN = pair("unknown");

/** The calls of a promotion in order, if a former value is current. */
export const CALLS = [
  "read token",
  "describe client",
  "read pending client",
  "move AWSCURRENT",
  "write token",
  "move AWSPENDING",
] as const;
export type Call = (typeof CALLS)[number] | "read client" | "list token";

/** Intercepts the function's calls of AWS. @default - lets every call through */
export type Between = (call: Call, letThrough: () => object) => Promise<object>;
export const letThrough: Between = (_, through) => Promise.resolve().then(through);

/** A secret with a current and a pending value, and one whose first value is pending. */
export const BEGINNINGS = [
  ["a former value", {}],
  ["a first value", { former: false }],
] as const satisfies readonly (readonly [string, PromoteOptions])[];
export type Beginning = (typeof BEGINNINGS)[number][0];

/** Every call of a promotion, in both cases. */
export const EVERY_CALL = BEGINNINGS.flatMap(([beginning, options]) =>
  CALLS.filter((call) => beginning === "a former value" || call !== "move AWSCURRENT").map(
    (call) => [call, beginning, options] as const,
  ),
);

export interface PromoteOptions {
  /** The client secret has a current value before one is staged. @default true */
  readonly former?: boolean;
  /** The pending value; an explicit `undefined` stores none. @default STAGED */
  readonly staged?: unknown;
  readonly settings?: Partial<FunctionSettings>;
}

export interface PromoteFixture {
  readonly clock: Clock;
  readonly piste: Piste;
  readonly model: SecretsManagerModel;
  readonly calls: Call[];
  readonly lines: string[];
  /** Also checks that no output holds a secret value. */
  readonly run: (operation: Operation, between?: Between) => Promise<RunResult>;
  readonly promote: (between?: Between) => Promise<RunResult>;
  /** Stores a value by hand, with PutSecretValue's labels. */
  readonly store: (id: string, value: unknown, ...labels: string[]) => void;
  /** The client secret's sorted labels by version id. */
  readonly labels: () => Record<string, string[]>;
  /** The client of the stored token, if it is valid. */
  readonly tokenOwner: () => string | undefined;
  readonly token: () => AccessToken | undefined;
  /** Number of calls of PISTE. */
  readonly requests: () => number;
  /** The `expires_in` that PISTE claims; undefined is the true one. */
  readonly claimed: { expiresIn: number | undefined };
}

const nameOf = (secretId = ""): string => (secretId === TOKEN_SECRET ? "token" : "client");

export function openPromotion(options: PromoteOptions = {}): PromoteFixture {
  const clock = fakeClock();
  const piste = new Piste(clock.now);
  for (const known of [FORMER, STAGED, NEWER]) piste.platform.addClient(known);
  const model = new SecretsManagerModel(clock.now);
  const clientSecret = options.settings?.clientSecretName ?? CLIENT_SECRET;
  for (const name of [clientSecret, TOKEN_SECRET]) model.create(name);
  const store: PromoteFixture["store"] = (id, value, ...labels) => {
    model.put({
      SecretId: clientSecret,
      SecretString: typeof value === "string" ? value : JSON.stringify(value),
      ClientRequestToken: id,
      ...(labels.length > 0 && { VersionStages: labels }),
    });
  };
  if (options.former ?? true) store("former", FORMER);
  const staged = "staged" in options ? options.staged : STAGED;
  if (staged !== undefined) store("staged", staged, "AWSPENDING");

  const calls: Call[] = [];
  const lines: string[] = [];
  const owners = new Map<string, string>();
  const clientBehind = (between: Between): SecretsClient => {
    const send = (command: unknown): Promise<object> => {
      const call = nameOfCall(command);
      calls.push(call);
      return between(call, () => answerOf(model, command));
    };
    return { send, answeredAt: () => Math.floor(clock.now() / 1000) } as SecretsClient;
  };
  const toPiste = transportTo(piste);
  const claimed: PromoteFixture["claimed"] = { expiresIn: undefined };
  let requests = 0;
  const transport: HttpTransport = async (request) => {
    requests += 1;
    const answer = await toPiste(request);
    if (answer.status !== 200 || !answer.body.startsWith("{")) return answer;
    const given = JSON.parse(answer.body) as AccessToken;
    owners.set(given.access_token, new URLSearchParams(request.body).get("client_id") ?? "");
    if (claimed.expiresIn === undefined) return answer;
    return { ...answer, body: JSON.stringify({ ...given, expires_in: claimed.expiresIn }) };
  };
  const run: PromoteFixture["run"] = (operation, between = letThrough) => {
    const client = clientBehind(between);
    const handler = createHandler({
      secrets: secretStore(client),
      pending: pendingCredentials(client),
      listVersions: versionDates(client),
      accounts: memoryAccounts(),
      transport,
      nowInMilliseconds: () => clock.now() + clock.aheadInSeconds * 1000,
      sleep: clock.sleep,
      random: () => 0.5,
      variables: {
        AWS_LAMBDA_FUNCTION_NAME: "the-function",
        ...encodeSettings({
          ...DEFAULT_REFRESH_SETTINGS,
          environment: "qualif",
          application: "chorus-pro",
          tokenEndpoint: HOSTS.qualif.tokenEndpoint,
          scope: "openid",
          ...options.settings,
        }),
      },
      log: (line) => lines.push(line),
    });
    const expectNoSecretIn = (said: string): void => {
      const all = said + lines.join("\n");
      expect(["canary", ...owners.keys()].filter((secret) => all.includes(secret))).toEqual([]);
    };
    return handler({ environment: "qualif", application: "chorus-pro", operation }).then(
      (result) => {
        expectNoSecretIn(JSON.stringify(result));
        return result;
      },
      (error: unknown) => {
        expectNoSecretIn(`${String(error)} ${(error as Error).stack ?? ""}`);
        throw error;
      },
    );
  };
  const token = (): AccessToken | undefined => {
    const value = model.peek(TOKEN_SECRET);
    return value === undefined ? undefined : (JSON.parse(value) as AccessToken);
  };
  return {
    clock,
    piste,
    model,
    calls,
    lines,
    run,
    promote: (between) => run("promote", between),
    store,
    labels: () => {
      const { VersionIdsToStages = {} } = model.describe({ SecretId: clientSecret });
      return Object.fromEntries(Object.entries(VersionIdsToStages).map(([id, labels]) => [id, labels.sort()]));
    },
    tokenOwner: () => {
      const { access_token = "" } = token() ?? {};
      return piste.platform.grantOf(access_token) === undefined ? undefined : owners.get(access_token);
    },
    token,
    requests: () => requests,
    claimed,
  };
}

/** Labels after and before a promotion. */
export const PROMOTED = { former: ["AWSPREVIOUS"], staged: ["AWSCURRENT"] };
export const UNTOUCHED = { former: ["AWSCURRENT"], staged: ["AWSPENDING"] };

/** Checks the labels after a promotion. */
export function expectDone(fixture: PromoteFixture, beginning: Beginning): void {
  expect(fixture.labels()).toEqual(beginning === "a former value" ? PROMOTED : { staged: ["AWSCURRENT"] });
  expect(fixture.tokenOwner()).toBe(STAGED.client_id);
}

/** The tests' name for a call. */
function nameOfCall(command: unknown): Call {
  if (command instanceof GetSecretValueCommand) {
    const { SecretId, VersionStage } = command.input;
    if (VersionStage !== "AWSCURRENT" && VersionStage !== "AWSPENDING") throw new Error("a read names its stage");
    const pending = VersionStage === "AWSPENDING" ? "pending " : "";
    return `read ${pending}${nameOf(SecretId)}` as Call;
  }
  if (command instanceof PutSecretValueCommand) return `write ${nameOf(command.input.SecretId)}` as Call;
  if (command instanceof DescribeSecretCommand) return `describe ${nameOf(command.input.SecretId)}` as Call;
  if (command instanceof UpdateSecretVersionStageCommand) return `move ${command.input.VersionStage ?? ""}` as Call;
  if (command instanceof ListSecretVersionIdsCommand) return `list ${nameOf(command.input.SecretId)}` as Call;
  throw new Error("another command was sent");
}
