/** A place where the commands that call can be tried: a small AWS in memory, the local PISTE, and what they say. */
import { inspect } from "node:util";
import { Piste, transportTo } from "../../../emulator";
import type { DescribedAccount, Description } from "../../../piste/description";
import { HOSTS, type Environment } from "../../../piste/environments";
import type { HttpRequest, HttpTransport } from "../../../piste/http";
import type { Language } from "../../../piste/language";
import type { Aws, LatestRun, SecretVersion } from "../../../scripts/command/aws";
import { awsError, type AwsError } from "../../../scripts/command/aws-failure";
import { CommandError, type Owner } from "../../../scripts/command/failure";
import type { Session } from "../../../scripts/calls/session";

export const TOKEN_SECRET = "piste/qualif/chorus-pro/token";
export const ACCOUNT_SECRET = "piste/qualif/chorus-pro/technical-account/default";
export const ACCOUNT = { login: "TECH_1_12345678901234@cpro.fr", password: "canary-password-4f1a" };
export const STRUCTURE = { identifier: "12345678901234", identifierType: "SIRET" };
/** 2026-11-25T10:00:00Z */
export const NOW = 1_795_687_200_000;
const HOUR = 3600;

interface Version {
  readonly value: string;
  readonly versionId: string;
  readonly storedAt: number;
  readonly labels: string[];
}

/** What it may not do, by the names of the methods. */
type Denied = Partial<Record<keyof Aws, true>>;

export function denial(method: string): AwsError {
  const refused = Object.assign(new Error(`User is not authorized to perform: ${method}`), {
    name: "AccessDeniedException",
  });
  return awsError({ en: `do ${method}`, fr: `faire ${method}`, permission: `service:${method}` }, refused);
}

export class FakeAws implements Aws {
  readonly secrets = new Map<string, Version[]>();
  readonly denied: Denied = {};
  /** What was moved, in order. */
  readonly moves: string[] = [];
  latest: LatestRun | undefined;
  clockAhead: number | undefined;

  constructor(
    private readonly environment: Environment,
    readonly accounts: DescribedAccount[],
    readonly description: Description,
  ) {}

  put(secret: string, value: unknown, labels: readonly string[] = [], storedAt = NOW - 24 * HOUR * 1000): string {
    const versions = this.secrets.get(secret) ?? [];
    const versionId = `version-${versions.length + 1}`;
    for (const { labels: others } of versions) {
      const index = others.indexOf("AWSCURRENT");
      if (index >= 0) others.splice(index, 1);
    }
    const text = typeof value === "string" ? value : JSON.stringify(value);
    versions.push({ value: text, versionId, storedAt, labels: ["AWSCURRENT", ...labels] });
    this.secrets.set(secret, versions);
    return versionId;
  }

  private check(method: keyof Aws): void {
    if (this.denied[method]) throw denial(method);
  }

  region = (): Promise<string> => Promise.resolve("eu-west-3");
  clockAheadInMilliseconds = (): number | undefined => this.clockAhead;

  async identity(): Promise<{ account: string; arn: string }> {
    this.check("identity");
    return Promise.resolve({ account: "123456789012", arn: "arn:aws:iam::123456789012:user/x" });
  }

  async applications(
    environment: Environment,
  ): Promise<{ readonly description: Description; readonly accounts: DescribedAccount[] }[]> {
    const { description, accounts } = this;
    return Promise.resolve(environment === this.environment ? [{ description, accounts }] : []);
  }

  async versions(secret: string): Promise<readonly SecretVersion[] | undefined> {
    this.check("versions");
    return Promise.resolve(
      this.secrets
        .get(secret)
        ?.map(({ versionId, labels, storedAt }) => ({ versionId, labels: [...labels], storedAt })),
    );
  }

  async read(secret: string): Promise<Version | undefined> {
    this.check("read");
    return Promise.resolve(this.secrets.get(secret)?.find(({ labels }) => labels.includes("AWSCURRENT")));
  }

  async moveLabel(
    secret: string,
    label: string,
    { to, from }: { readonly to?: string; readonly from?: string },
  ): Promise<void> {
    this.check("moveLabel");
    this.moves.push(`${label} of ${secret}: ${from ?? "nowhere"} to ${to ?? "nowhere"}`);
    for (const { versionId, labels } of this.secrets.get(secret) ?? []) {
      const index = labels.indexOf(label);
      if (index >= 0 && versionId !== from) throw denial("moveLabel");
      if (index >= 0) labels.splice(index, 1);
      if (versionId === to) labels.push(label);
    }
    return Promise.resolve();
  }

  async latestRun(): Promise<LatestRun | undefined> {
    this.check("latestRun");
    return Promise.resolve(this.latest);
  }

  private readonly never = (): Promise<never> => Promise.reject(new Error("this is not for these commands to ask"));
  store = this.never;
  invoke = this.never;
  alarmActions = this.never;
  subscriptions = this.never;
  publish = this.never;
}

export function describedAccount(name: string): DescribedAccount {
  const secret = `piste/qualif/chorus-pro/technical-account/${name}`;
  return { name, secret, structure: STRUCTURE, passwordLifetimeInDays: 424 };
}

export interface Workshop {
  readonly aws: FakeAws;
  readonly piste: Piste;
  /** The token that is stored. */
  readonly token: string;
  /** Every request that was sent to PISTE. */
  readonly requests: HttpRequest[];
  readonly session: Session;
  /** What was written to standard output. */
  readonly out: () => string;
  readonly err: () => string;
}

export interface WorkshopOptions {
  readonly environment?: Environment;
  readonly language?: Language;
  readonly accounts?: DescribedAccount[];
  readonly terminal?: boolean;
  readonly transport?: HttpTransport;
  readonly proxy?: string;
  readonly local?: boolean;
  readonly scope?: string;
  /** Of the stored token. */
  readonly secondsLeft?: number;
  readonly application?: string;
}

/** Everything is set up and well, bar what is said. */
export function openWorkshop(options: WorkshopOptions = {}): Workshop {
  const { environment = "qualif", application = "chorus-pro" } = options;
  const piste = new Piste(() => NOW);
  piste.platform.addAccount(ACCOUNT);
  piste.platform.addStructure({ ...STRUCTURE, name: "Structure fictive" });
  const { token } = piste.platform.giveToken("client", [options.scope ?? "openid"]);
  const aws = new FakeAws(environment, options.accounts ?? [describedAccount("default")], {
    environment,
    application,
    scope: "openid",
    apis: [],
    clientSecret: "piste/qualif/chorus-pro/client",
    tokenSecret: TOKEN_SECRET,
    function: "piste-qualif-chorus-pro-token-refresh",
    schedule: { group: "g", name: "n" },
    alarms: [],
    accountPages: 1,
  });
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
  const [out, err]: [string[], string[]] = [[], []];
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
      now: () => NOW,
    },
    language: options.language ?? "en",
    output: {
      terminal: options.terminal ?? false,
      give: (text) => out.push(text),
      say: (text) => err.push(text),
    },
  };
  return { aws, piste, token, requests, session, out: () => out.join(""), err: () => err.join("\n") };
}

export interface Failure {
  readonly owner: Owner;
  readonly en: string;
  readonly fr: string;
  /** As it would be shown with PISTE_DEBUG. */
  readonly inspected: string;
}

/** How it ends; undefined when it does what was asked. @throws whatever is no CommandError. */
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
