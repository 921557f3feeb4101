/** A healthy environment and the doctor; each test breaks one thing. */
import { transportTo, type Fault } from "../../../emulator";
import type { ApiEntry } from "../../../piste/api-catalogue";
import type { ApplicationConfiguration, TechnicalAccountConfiguration } from "../../../piste/application";
import type { TechnicalAccount } from "../../../piste/credentials";
import { HOSTS, type Platform } from "../../../piste/environments";
import type { HttpRequest, HttpTransport } from "../../../piste/http";
import { MADE_UP_ACCOUNT } from "../../../piste/probes";
import type { Target } from "../../../cli/command/target";
import type { DescribedApplication } from "../../../cli/described-applications";
import { examine } from "../../../cli/doctor/examine";
import type { DoctorReport, StepReport } from "../../../cli/doctor/report";
import type { DoctorOptions } from "../../../cli/doctor/visit";
import { FakeAws } from "../fake-aws";

export const CLIENT = { client_id: "canary-id-5e1f", client_secret: "canary-secret-77aa" };
/** With a valid check digit, which prod requires. */
export const SIRET = "73282932000074";
export const LOGIN = `TECH_1_${SIRET}@cpro.fr`;
export const PISTE_NAMES = { qualif: "APP_SANDBOX_equipe@exemple.fr", prod: "Facturation" } as const;

export const accountOf = (name: string): TechnicalAccount => ({
  login: name === "default" ? LOGIN : `TECH_2${name.length}_${SIRET}@cpro.fr`,
  password: `canary-password-${name}`,
});

export const configured = (name: string): TechnicalAccountConfiguration => ({
  name,
  structure: { identifier: SIRET, identifierType: "SIRET" },
});

export interface DoctorFixtureOptions {
  /** @default "qualif" */
  readonly environment?: Platform;
  /** @default - the four of Chorus Pro */
  readonly apis?: ApiEntry[];
  /** @default - one, called `default` */
  readonly accounts?: readonly string[];
  readonly configuration?: Partial<ApplicationConfiguration>;
  /** From this machine to PISTE. */
  readonly transport?: HttpTransport;
  readonly functionTransport?: HttpTransport;
  readonly proxy?: string;
  /** PISTE knows no credentials, and nothing is stored. */
  readonly empty?: boolean;
}

export class DoctorFixture {
  readonly aws: FakeAws;
  readonly application: DescribedApplication;
  /** Requests from this machine. */
  readonly requests: HttpRequest[] = [];
  readonly target: Target;

  constructor(readonly options: DoctorFixtureOptions = {}) {
    const { environment = "qualif", accounts = ["default"], functionTransport } = options;
    this.aws = new FakeAws({ ...(functionTransport && { functionTransport }) });
    this.application = this.aws.deploy({
      environment,
      name: "chorus-pro",
      pisteApplicationName: PISTE_NAMES[environment],
      technicalAccounts: accounts.map(configured),
      ...(options.apis && { apis: options.apis }),
      ...options.configuration,
    });
    if (!options.empty) this.setUp();
    const transport = options.transport ?? transportTo(this.aws.piste);
    this.target = {
      environment,
      local: false,
      aws: this.aws,
      apiBaseUrl: new URL(HOSTS[environment].apiBaseUrl),
      transport: (request) => {
        this.requests.push(request);
        return transport(request);
      },
      proxy: options.proxy,
      now: this.aws.clock.now,
    };
  }

  examine(options: DoctorOptions = {}): Promise<DoctorReport> {
    return examine(this.target, { sleep: () => Promise.resolve(), ...options });
  }

  /** PISTE accepts all credentials, which are stored. */
  private setUp(): void {
    const { platform } = this.aws.piste;
    platform.addClient(CLIENT);
    platform.addStructure({ identifier: SIRET, identifierType: "SIRET", name: "Structure" });
    this.aws.put(this.application.description.clientSecret, CLIENT);
    for (const { name, secret } of this.application.accounts) {
      platform.addAccount(accountOf(name));
      this.aws.put(secret, accountOf(name));
    }
  }

  secretOf(account = "default"): string {
    const found = this.application.accounts.find(({ name }) => name === account);
    if (found === undefined) throw new Error(`no account ${account}`);
    return found.secret;
  }

  /** Runs the refresher as its schedule does. */
  tick(): Promise<unknown> {
    return this.aws.run(this.application.description, "tick");
  }

  /** Adds a fault to PISTE. */
  break(on: Fault["on"], fault: Omit<Fault, "on">): void {
    this.aws.piste.faults.add({ on, ...fault });
  }

  /** Calls from this machine with this login and, if given, this password. */
  timesSent({ login, password }: { readonly login: string; readonly password?: string }): number {
    return this.requests.filter(({ headers }) => {
      const text = Buffer.from(headers["cpro-account"] ?? "", "base64").toString("utf8");
      return password === undefined ? text.startsWith(`${login}:`) : text === `${login}:${password}`;
    }).length;
  }

  timesMadeUp(): number {
    return this.timesSent(MADE_UP_ACCOUNT);
  }
}

/** Steps that keep the environment from being ready, such as `Q3 missing piste-portal`. */
export const open = ({ steps }: DoctorReport): string[] =>
  steps
    .filter(({ status }) => !["done", "by-hand", "not-needed"].includes(status))
    .map(({ id, status, owner }) => [id, status, owner].filter((word) => word !== undefined).join(" "));

/** Steps that have an owner, in the same form. */
export const failedSteps = ({ steps }: DoctorReport): string[] =>
  steps.filter(({ owner }) => owner !== undefined).map(({ id, status, owner = "" }) => `${id} ${status} ${owner}`);

export function stepOf({ steps }: DoctorReport, id: string): StepReport {
  const step = steps.find((candidate) => candidate.id === id);
  if (step === undefined) throw new Error(`no step ${id}`);
  return step;
}
