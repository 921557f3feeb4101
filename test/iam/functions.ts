/** Runs the deployed zips in all scenarios, against an AWS that enforces the policies of their roles. */
import { Piste, startEmulator, type Emulator } from "../../emulator";
import { API_BASE_URL_VARIABLE } from "../../lambda/connection-check/contract";
import { TOKEN_ENDPOINT_VARIABLE } from "../../lambda/token-refresh/contract";
import type { ClientCredentials, TechnicalAccount } from "../../piste/credentials";
import type { Environment } from "../../piste/environments";
import { accountsParameterName, descriptionParameterName, LOCAL_RUN_VARIABLE } from "../../piste/names";
import { functionArn, REGION } from "./arns";
import type { AppliedFunction, AppliedStack } from "./applied";
import { GuardedAws } from "./guarded-aws";
import type { World } from "./simulator";
import { loadZip, type ZipHandler } from "./zips";

export const CLIENT: ClientCredentials = { client_id: "known", client_secret: "known" };
export const OTHER_CLIENT: ClientCredentials = { client_id: "known-too", client_secret: "known-too" };
export const UNKNOWN_CLIENT: ClientCredentials = { client_id: "unknown", client_secret: "unknown" };
export const ACCOUNT: TechnicalAccount = { login: "TECH_1_12345678200010@cpro.fr", password: "known" };
export const WRONG_ACCOUNT: TechnicalAccount = { login: "TECH_1_12345678200010@cpro.fr", password: "wrong" };

const HOUR = 3600;

export interface Outcome {
  readonly outcome?: string;
  readonly reason?: string;
  readonly threw?: string;
}

/** One application's function between a local PISTE and a guarded AWS. */
export class Bench {
  private constructor(
    readonly aws: GuardedAws,
    readonly piste: Piste,
    private readonly emulator: Emulator,
    readonly handler: ZipHandler,
    readonly application: Application,
  ) {}

  static async open(world: World, application: Application): Promise<Bench> {
    const aws = await GuardedAws.start(world);
    const piste = new Piste();
    for (const client of [CLIENT, OTHER_CLIENT]) piste.platform.addClient(client);
    piste.platform.addAccount(ACCOUNT);
    const emulator = await startEmulator({ piste });
    const { deployed } = application;
    for (const { arn, keyArn } of application.secrets) if (keyArn !== undefined) aws.keys.set(arn, keyArn);
    aws.callers.set(deployed.name, {
      principal: deployed.roleArn,
      // AWS sets it on requests of a function's code.
      context: { "lambda:SourceFunctionArn": functionArn(deployed.name) },
    });
    const zip = deployed.name.endsWith("-connection-check") ? "connection-check" : "token-refresh";
    const handler = loadZip(zip, {
      ...deployed.variables,
      [TOKEN_ENDPOINT_VARIABLE]: emulator.tokenEndpoint,
      [API_BASE_URL_VARIABLE]: emulator.apiBaseUrl,
      [LOCAL_RUN_VARIABLE]: "a test",
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: deployed.name,
      AWS_SECRET_ACCESS_KEY: "none",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    });
    const bench = new Bench(aws, piste, emulator, handler, application);
    bench.reset();
    return bench;
  }

  /** As after the deployment. @param without deleted secrets. */
  reset(...without: string[]): void {
    const names = this.application.secrets.map(({ name }) => name);
    this.aws.reset(names.filter((name) => !without.includes(name)));
    this.aws.parameters.clear();
    for (const [name, value] of this.application.stack.parameters) this.aws.parameters.set(name, value);
  }

  async close(): Promise<void> {
    await this.aws.stop();
    await this.emulator.stop();
  }

  async run(operation: string): Promise<Outcome> {
    const { environment, name } = this.application;
    try {
      return (await this.handler({ environment, application: name, operation })) as Outcome;
    } catch (error) {
      return { threw: error instanceof Error ? error.message : String(error) };
    } finally {
      this.aws.settle();
    }
  }

  get refresherArn(): string {
    return this.application.deployed.variables["PISTE_REFRESHER_ARN"] ?? "";
  }

  storeToken(minutesLeft: number): void {
    const { token } = this.piste.platform.giveToken(CLIENT.client_id, ["openid"]);
    const expiresAt = Math.floor(Date.now() / 1000) + minutesLeft * 60;
    const record = {
      access_token: token,
      token_type: "Bearer",
      scope: "openid",
      issued_at: expiresAt - HOUR,
      expires_at: expiresAt,
    };
    this.aws.put(this.application.tokenSecret, record, HOUR - minutesLeft * 60);
  }

  addPage(): void {
    const { environment, name } = this.application;
    const { parameters } = this.aws;
    const description = descriptionParameterName(environment, name);
    const described = JSON.parse(parameters.get(description) ?? "{}") as { accountPages: number };
    const [first = "", second] = [1, 2].map((page) => accountsParameterName(environment, name, page));
    parameters.set(description, JSON.stringify({ ...described, accountPages: 2 }));
    const [one, ...others] = JSON.parse(parameters.get(first) ?? "[]") as object[];
    parameters.set(first, JSON.stringify([one]));
    parameters.set(second ?? "", JSON.stringify(others));
  }
}

export class Application {
  constructor(
    readonly stack: AppliedStack,
    readonly deployed: AppliedFunction,
    readonly environment: Environment,
    readonly name: string,
    readonly clientSecret: string,
    readonly accountSecrets: readonly string[],
    /** All secrets in AWS, also other stacks'. */
    readonly secrets: AppliedStack["secrets"],
  ) {}

  get tokenSecret(): string {
    return `piste/${this.environment}/${this.name}/token`;
  }
}
