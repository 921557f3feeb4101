/** Fixture for `piste call` and `piste token`: AWS in memory, the local PISTE, and both outputs. */
import { inspect } from "node:util";
import { transportTo, type Piste } from "../../../emulator";
import type { ApiName } from "../../../piste/api-catalogue";
import type { DescribedAccount } from "../../../piste/description";
import { HOSTS, type Environment } from "../../../piste/environments";
import type { HttpRequest, HttpTransport } from "../../../piste/http";
import type { Language } from "../../../piste/language";
import { CommandError } from "../../../cli/command/failure";
import type { Party } from "../../../piste/party";
import type { Session } from "../../../cli/calls/session";
import { fakeClock } from "../../lambda/token-refresh/fixture";
import { FakeAws } from "../fake-aws";

export const FUNCTION = "piste-qualif-chorus-pro-token-refresh";
export const TOKEN_SECRET = "piste/qualif/chorus-pro/token";
export const ACCOUNT_SECRET = "piste/qualif/chorus-pro/technical-account/default";
export const ACCOUNT = { login: "TECH_1_12345678901234@cpro.fr", password: "canary-password-4f1a" };
export const STRUCTURE = { identifier: "12345678901234", identifierType: "SIRET" };
/** 2026-11-26T10:00:00Z */
export const NOW = 1_795_687_200_000;
const HOUR = 3600;

/** The only rights that these commands need. */
const NEEDED_PERMISSIONS = [
  "sts:GetCallerIdentity",
  "ssm:GetParametersByPath",
  "secretsmanager:ListSecretVersionIds",
  "secretsmanager:GetSecretValue",
  "secretsmanager:UpdateSecretVersionStage",
  "logs:FilterLogEvents",
] as const;

export const moves = ({ aws }: Pick<Fixture, "aws">): string[] =>
  aws.asked.filter((asked) => asked.startsWith("moveLabel"));

export function describedAccount(name: string): DescribedAccount {
  const secret = `piste/qualif/chorus-pro/technical-account/${name}`;
  return { name, secret, structure: STRUCTURE, passwordLifetimeInDays: 424 };
}

export interface Fixture {
  readonly aws: FakeAws;
  readonly piste: Piste;
  /** The stored token. */
  readonly token: string;
  /** All requests to PISTE. */
  readonly requests: HttpRequest[];
  readonly session: Session;
  /** Standard output. */
  readonly out: () => string;
  readonly bytes: () => Buffer;
  readonly err: () => string;
}

export interface FixtureOptions {
  readonly environment?: Environment;
  readonly language?: Language;
  readonly accounts?: DescribedAccount[];
  readonly terminal?: boolean;
  readonly transport?: HttpTransport;
  readonly proxy?: string;
  readonly local?: boolean;
  readonly scope?: string;
  readonly apis?: ApiName[];
  /** Lifetime left on the stored token. */
  readonly secondsLeft?: number;
  readonly application?: string;
  /** Adds the right to invoke the function, which `token renew` needs. */
  readonly mayInvoke?: boolean;
}

/** A healthy set-up, changed by the options. */
export function openFixture(options: FixtureOptions = {}): Fixture {
  const { environment = "qualif", application = "chorus-pro" } = options;
  const aws = new FakeAws({
    clock: fakeClock(NOW),
    only: [...NEEDED_PERMISSIONS, ...(options.mayInvoke ? (["lambda:InvokeFunction"] as const) : [])],
  });
  aws.clockAhead = undefined;
  const { piste } = aws;
  piste.platform.addAccount(ACCOUNT);
  piste.platform.addStructure({ ...STRUCTURE, name: "Structure fictive" });
  const { token } = piste.platform.giveToken("client", [options.scope ?? "openid"]);
  const description = {
    environment,
    application,
    scope: "openid",
    apis: options.apis ?? [],
    clientSecret: "piste/qualif/chorus-pro/client",
    tokenSecret: TOKEN_SECRET,
    function: FUNCTION,
    schedule: { group: "g", name: "n" },
    alarms: [],
    accountPages: 1,
  };
  aws.describe({ description, accounts: options.accounts ?? [describedAccount("default")] });
  // The secret exists even if the account is not described.
  aws.create(ACCOUNT_SECRET);
  const expires = NOW / 1000 + (options.secondsLeft ?? HOUR / 2);
  aws.put(TOKEN_SECRET, {
    access_token: token,
    token_type: "Bearer",
    scope: "openid",
    issued_at: expires - HOUR,
    expires_at: expires,
  });
  aws.put(ACCOUNT_SECRET, ACCOUNT);
  const requests: HttpRequest[] = [];
  const [out, err]: [Uint8Array[], string[]] = [[], []];
  const bytes = (): Buffer => Buffer.concat(out);
  const transport = options.transport ?? transportTo(piste);
  const session: Session = {
    target: {
      environment,
      local: options.local ?? false,
      aws,
      apiBaseUrl: new URL(HOSTS[environment].apiBaseUrl),
      transport: (request) => {
        requests.push(request);
        return transport(request);
      },
      proxy: options.proxy,
      now: aws.clock.now,
    },
    language: options.language ?? "en",
    output: {
      terminal: options.terminal ?? false,
      give: (data) => out.push(Buffer.from(data)),
      say: (text) => err.push(text),
    },
  };
  return { aws, piste, token, requests, session, bytes, out: () => bytes().toString(), err: () => err.join("\n") };
}

export interface Failure {
  readonly owner: Party;
  readonly en: string;
  readonly fr: string;
  /** The error as PISTE_DEBUG would show it. */
  readonly inspected: string;
}

/** @returns undefined after a success. @throws any error but a CommandError. */
export async function failureOf(run: Promise<void>): Promise<Failure | undefined> {
  try {
    await run;
    return undefined;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const inspected = inspect(error, { depth: 10, showHidden: true });
    return { owner: error.owner, en: error.text.en, fr: error.text.fr, inspected };
  }
}
