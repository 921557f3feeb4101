/** A holder of a policy from `piste policy`, who runs commands against an AWS that enforces it. */
import { Piste, startEmulator, transportTo, type Emulator } from "../../emulator";
import { API_BASE_URL_VARIABLE } from "../../lambda/connection-check/contract";
import { TOKEN_ENDPOINT_VARIABLE } from "../../lambda/token-refresh/contract";
import type { ClientCredentials, TechnicalAccount } from "../../piste/credentials";
import { HOSTS, type Environment } from "../../piste/environments";
import { clientSecretName, LOCAL_RUN_VARIABLE, technicalAccountSecretName, tokenSecretName } from "../../piste/names";
import type { Session as CallSession } from "../../cli/calls/session";
import { CommandError } from "../../cli/command/failure";
import { sdkAws } from "../../cli/command/sdk-aws";
import type { Target } from "../../cli/command/target";
import type { Session } from "../../cli/credentials/session";
import type { Holder } from "../../cli/policy/statement";
import { arn, functionArn, REGION, topicArn } from "./arns";
import type { AppliedStack } from "./applied";
import { GuardedAws, type Asked } from "./guarded-aws";
import type { World } from "./simulator";
import { loadZip } from "./zips";

const pair = (digit: number): ClientCredentials => ({
  client_id: String(digit).repeat(8) + "-1111-4111-8111-111111111111",
  client_secret: String(digit).repeat(8) + "-2222-4222-8222-222222222222",
});
/** PISTE knows these two, and not the third. */
export const CLIENT = pair(1);
export const OTHER_CLIENT = pair(2);
export const UNKNOWN_CLIENT = pair(3);
const LOGIN = "TECH_1_12345678200010@cpro.fr";
export const ACCOUNT: TechnicalAccount = { login: LOGIN, password: "known" };
export const WRONG_ACCOUNT: TechnicalAccount = { login: LOGIN, password: "wrong" };

export const BROUGHT_IN_TOPIC = topicArn("pager");
export const APPLICATION = "chorus-pro";
export const userArn = (holder: Holder, environment: Environment): string =>
  arn("iam", `user/${environment}-${holder}`);

/** The owner of a command's error; undefined if it succeeded. */
export type End = undefined | CommandError["owner"];

export class OperatorFixture {
  private constructor(
    readonly environment: Environment,
    readonly aws: GuardedAws,
    readonly piste: Piste,
    private readonly emulator: Emulator,
    private readonly stack: AppliedStack,
  ) {}

  static async open(environment: Environment, world: World, stack: AppliedStack): Promise<OperatorFixture> {
    const piste = new Piste();
    for (const client of [CLIENT, OTHER_CLIENT]) piste.platform.addClient(client);
    piste.platform.addAccount(ACCOUNT);
    const fixture = new OperatorFixture(
      environment,
      await GuardedAws.start(world),
      piste,
      await startEmulator({ piste }),
      stack,
    );
    for (const { arn: secret, keyArn } of stack.secrets) if (keyArn !== undefined) fixture.aws.keys.set(secret, keyArn);
    for (const { arn: topic, keyArn } of stack.topics) if (keyArn !== undefined) fixture.aws.keys.set(topic, keyArn);
    fixture.deployFunctions();
    return fixture;
  }

  async close(): Promise<void> {
    await this.aws.stop();
    await this.emulator.stop();
  }

  /** As after the deployment. Its alarms publish to every possible topic. */
  reset(): void {
    const { aws, stack } = this;
    aws.reset(stack.secrets.map(({ name }) => name));
    for (const [name, value] of stack.parameters) aws.parameters.set(name, value);
    const applications = stack.topics.map((topic) => topicArn(topic.name.replace(/-(\w+)$/, `-${APPLICATION}-$1`)));
    const topics = [...stack.topics.map((topic) => topic.arn), ...applications, BROUGHT_IN_TOPIC];
    for (const { name } of stack.alarms) aws.alarms.set(name, topics);
  }

  get clientSecret(): string {
    return clientSecretName(this.environment, APPLICATION);
  }
  get accountSecret(): string {
    return technicalAccountSecretName(this.environment, APPLICATION, "default");
  }
  get tokenSecret(): string {
    return tokenSecretName(this.environment, APPLICATION);
  }

  storeToken(minutesLeft: number): void {
    const { token } = this.piste.platform.giveToken(CLIENT.client_id, ["openid"]);
    const now = Math.floor(Date.now() / 1000);
    const expiresAt = now + minutesLeft * 60;
    const times = { issued_at: expiresAt - 3600, expires_at: expiresAt };
    const record = { access_token: token, token_type: "Bearer", scope: "openid", ...times };
    this.aws.put(this.tokenSecret, record, now - times.issued_at);
  }

  setUp(account: TechnicalAccount = ACCOUNT, ...labels: string[]): void {
    this.aws.put(this.clientSecret, CLIENT);
    for (const name of ["default", "lyon"]) {
      const secret = technicalAccountSecretName(this.environment, APPLICATION, name);
      this.aws.put(secret, account, undefined, "AWSCURRENT", ...labels);
    }
    this.storeToken(50);
  }

  target(holder: Holder): Target {
    const principal = userArn(holder, this.environment);
    this.aws.callers.set(holder, { principal });
    return {
      environment: this.environment,
      local: false,
      aws: sdkAws({
        region: REGION,
        endpoint: this.aws.endpoint,
        credentials: { accessKeyId: holder, secretAccessKey: "none" },
      }),
      apiBaseUrl: new URL(HOSTS[this.environment].apiBaseUrl),
      transport: transportTo(this.piste),
      now: Date.now,
    };
  }

  /** A non-interactive session of the commands about credentials, with piped input. */
  session(holder: Holder, piped?: object): Session {
    const never = (): Promise<never> => Promise.reject(new Error("the command must ask no question"));
    return {
      target: this.target(holder),
      ask: {
        person: false,
        shown: never,
        hidden: never,
        yes: never,
        piped: () => Promise.resolve(piped && JSON.stringify(piped)),
      },
      say: () => undefined,
      warn: () => undefined,
      sleep: () => Promise.resolve(),
      ifInterrupted: () => undefined,
      sameOptions: "",
    };
  }

  callSession(holder: Holder): CallSession {
    const output = { terminal: false, give: () => undefined, say: () => undefined };
    return { target: this.target(holder), language: "en", output };
  }

  async run(command: () => Promise<unknown>): Promise<{ readonly end: End; readonly asked: readonly Asked[] }> {
    const before = this.aws.asked.length;
    const end = await command().then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof CommandError) return error.owner;
        throw error;
      },
    );
    if (this.aws.problems.length > 0) throw this.aws.problems[0];
    return { end, asked: this.aws.asked.slice(before) };
  }

  /** Runs each function from its zip, with its role. */
  private deployFunctions(): void {
    for (const { name, roleArn: principal, variables } of this.stack.functions) {
      this.aws.callers.set(name, { principal, context: { "lambda:SourceFunctionArn": functionArn(name) } });
      const zip = name.endsWith("-connection-check") ? "connection-check" : "token-refresh";
      const handler = loadZip(zip, {
        ...variables,
        [TOKEN_ENDPOINT_VARIABLE]: this.emulator.tokenEndpoint,
        [API_BASE_URL_VARIABLE]: this.emulator.apiBaseUrl,
        [LOCAL_RUN_VARIABLE]: "a test",
        AWS_ENDPOINT_URL: this.aws.endpoint,
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: name,
        AWS_SECRET_ACCESS_KEY: "none",
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      });
      this.aws.functions.set(name, handler);
    }
  }
}
