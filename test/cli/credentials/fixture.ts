/** A described application, AWS in memory, the local PISTE, and scripted answers to questions. */
import { inspect } from "node:util";
import { transportTo, type Piste } from "../../../emulator";
import type { DescribedAccount, Description } from "../../../piste/description";
import { HOSTS } from "../../../piste/environments";
import type { HttpRequest, HttpTransport } from "../../../piste/http";
import type { Text } from "../../../piste/language";
import { clientSecretName, technicalAccountSecretName, tokenSecretName } from "../../../piste/names";
import { CommandError } from "../../../cli/command/failure";
import type { Ask, Question } from "../../../cli/credentials/ask";
import type { Session } from "../../../cli/credentials/session";
import { fakeClock } from "../../lambda/token-refresh/fixture";
import { FakeAws } from "../fake-aws";

/** Noon of 25 November 2026 in Paris. */
export const NOW = Date.parse("2026-11-25T11:00:00Z");
export const MINUTE = 60_000;

export const CLIENT = {
  client_id: "11111111-1111-4111-8111-111111111111",
  client_secret: "5ec7e7aa-1111-4111-8111-111111111111",
};
export const NEW_CLIENT = {
  client_id: "22222222-2222-4222-8222-222222222222",
  client_secret: "5ec7e7bb-2222-4222-8222-222222222222",
};
export const SIRET = "73282932000074";
export const ACCOUNT = { login: `TECH_1_${SIRET}@cpro.fr`, password: "canary-pass-é" };
export const CLIENT_SECRET = clientSecretName("qualif", "chorus-pro");
export const TOKEN_SECRET = tokenSecretName("qualif", "chorus-pro");
export const ACCOUNT_SECRET = technicalAccountSecretName("qualif", "chorus-pro", "default");

export const CHORUS_PRO = [
  "chorus-pro-factures",
  "chorus-pro-structures",
  "chorus-pro-utilisateurs",
  "chorus-pro-transverses",
];

export const description = (changes: Partial<Description> = {}): Description => ({
  environment: "qualif",
  application: "chorus-pro",
  scope: "openid",
  apis: CHORUS_PRO,
  clientSecret: CLIENT_SECRET,
  tokenSecret: TOKEN_SECRET,
  function: "piste-qualif-chorus-pro-token-refresh",
  schedule: { group: "piste-qualif-chorus-pro", name: "tick" },
  alarms: [],
  accountPages: 1,
  ...changes,
});

export const describedAccount = (name = "default", changes: Partial<DescribedAccount> = {}): DescribedAccount => ({
  name,
  secret: technicalAccountSecretName("qualif", "chorus-pro", name),
  structure: { identifier: SIRET, identifierType: "SIRET" },
  passwordLifetimeInDays: 424,
  ...changes,
});

/** An answer to a question; booleans stand for yes and no. */
export type Typed = string | boolean;
/** Interrupts the question. */
export const CTRL_C = "\u0003";

export interface Fixture {
  readonly piste: Piste;
  readonly aws: FakeAws;
  readonly session: Session;
  /** All output and questions, in both languages. */
  readonly said: Text[];
  /** The message that an interruption would print now. */
  readonly truth: { text: Text | undefined };
  /** Gateway requests with this login. */
  sent(login: string): number;
}

export interface FixtureOptions {
  /** Absent: there is no terminal, and `piped` is standard input. */
  readonly typed?: readonly Typed[];
  readonly piped?: unknown;
  readonly environment?: "qualif" | "prod";
}

function scriptedAsk(fixture: Pick<Fixture, "said">, { typed, piped }: FixtureOptions): Ask {
  const answers = [...(typed ?? [])];
  const next = (text: Text): Typed => {
    fixture.said.push(text);
    const answer = answers.shift();
    if (answer === undefined) throw new Error(`no scripted answer to: ${text.en}`);
    if (answer === CTRL_C) throw new Error("interrupted");
    return answer;
  };
  /** Asks again after an invalid answer, as on a terminal. */
  const ask = ({ text, byDefault, refuse }: Question): Promise<string> => {
    for (;;) {
      const given = next(text);
      if (typeof given !== "string") throw new Error(`expected a text as the answer to: ${text.en}`);
      const answer = given === "" ? (byDefault ?? "") : given;
      const refused = refuse(answer);
      if (refused === undefined) return Promise.resolve(answer);
      fixture.said.push(refused);
    }
  };
  return {
    person: typed !== undefined,
    shown: async (question) => ask(question),
    hidden: async (question) => ask(question),
    yes: (text, byDefault) => {
      const answer = next(text);
      return Promise.resolve(answer === "" ? byDefault : answer === true);
    },
    piped: () => Promise.resolve(typeof piped === "string" || piped === undefined ? piped : JSON.stringify(piped)),
  };
}

/** The only rights that these commands need. */
const NEEDED_PERMISSIONS = [
  "sts:GetCallerIdentity",
  "ssm:GetParametersByPath",
  "secretsmanager:ListSecretVersionIds",
  "secretsmanager:GetSecretValue",
  "secretsmanager:PutSecretValue",
  "secretsmanager:UpdateSecretVersionStage",
  "lambda:InvokeFunction",
  "logs:FilterLogEvents",
] as const;

/** An application with one account and empty secrets; PISTE knows CLIENT and ACCOUNT. */
export function openFixture(options: FixtureOptions): Fixture {
  const clock = fakeClock(NOW);
  const aws = new FakeAws({ clock, usualAgeInSeconds: 0, only: NEEDED_PERMISSIONS });
  const { piste } = aws;
  piste.platform.addClient(CLIENT);
  piste.platform.addAccount(ACCOUNT);
  aws.describe({ description: description(), accounts: [describedAccount()] });
  const said: Text[] = [];
  const truth: Fixture["truth"] = { text: undefined };
  const logins: string[] = [];
  const toPiste = transportTo(piste);
  const transport: HttpTransport = (request: HttpRequest) => {
    const account = Buffer.from(request.headers["cpro-account"] ?? "", "base64").toString("utf8");
    if (account !== "") logins.push(account.slice(0, account.indexOf(":")));
    return toPiste(request);
  };
  const say = (text: Text): void => {
    said.push(text);
  };
  const session: Session = {
    target: {
      environment: options.environment ?? "qualif",
      local: false,
      aws,
      apiBaseUrl: new URL(HOSTS.qualif.apiBaseUrl),
      transport,
      now: clock.now,
    },
    ask: scriptedAsk({ said }, options),
    say,
    warn: say,
    sleep: () => Promise.resolve(),
    ifInterrupted: (text) => (truth.text = text),
    sameOptions: "",
  };
  return {
    piste,
    aws,
    session,
    said,
    truth,
    sent: (login) => logins.filter((one) => one === login).length,
  };
}

/** All English output. */
export const english = ({ said }: Pick<Fixture, "said">): string => said.map(({ en }) => en).join("\n");
export const french = ({ said }: Pick<Fixture, "said">): string => said.map(({ fr }) => fr).join("\n");

/** The command's error. */
export async function failureOf(promise: Promise<unknown>): Promise<CommandError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof CommandError) return error;
  throw new Error(`expected a CommandError, got ${inspect(error)}`);
}

/** All that a person, a log or a debugger could see. */
export function everythingOf({ said, aws, truth }: Fixture, error?: unknown): string {
  return inspect([said, aws.asked, truth, error], { depth: 20, showHidden: true, maxStringLength: null });
}

/** The secret values, which must never be shown. */
export const valuesOf = (...credentials: readonly Record<string, string>[]): string[] =>
  credentials.flatMap((one) => Object.values(one));
