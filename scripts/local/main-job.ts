/**
 * The main job on this machine: the stack really deployed by Terraform into an emulated AWS, a token really fetched
 * by the deployed function's code from a local PISTE, and an API call answered with it.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { startEmulator, type Emulator } from "../../emulator";
import type { RunResult } from "../../lambda/token-refresh/report";
import type { AccessToken, ClientCredentials, TechnicalAccount } from "../../piste/credentials";
import { isOwnApi } from "../../piste/api-catalogue";
import { platformOf, type Environment } from "../../piste/environments";
import { startAwsEmulator, type AwsEmulator } from "./aws-emulator";
import { deploy, destroy, readStack, synth, synthesizedStacks, type CdktfRun, type SynthesizedStack } from "./cdktf";
import { deployedApplications, type DeployedApplication } from "./deployed-applications";
import {
  clientConfiguration,
  readDeployedFunction,
  runAsLambda,
  type DeployedFunction,
  type LocalAws,
} from "../../aws/local/deployed-function";
import { emulatedAws } from "../../aws/local/environment";
import { firstCall, readToken, type FirstCall } from "./first-call";
import type { RunFolder } from "./run-folder";
import { makeStateBucket, removeStateBucket } from "./state-bucket";
import { findProvider, findTerraform, type ProviderSource, type Terraform } from "./terraform";
import { UserError } from "../../piste/user-error";

interface RefreshedApplication {
  readonly application: DeployedApplication;
  readonly deployed: DeployedFunction;
  readonly refresh: RunResult;
}

/** What one application came to. */
export interface ApplicationOutcome extends RefreshedApplication {
  readonly token: AccessToken;
  /** Undefined where no API has a ping. */
  readonly call: FirstCall | undefined;
}

type Say = (text: string) => void;

export interface Step {
  readonly title: string;
  /** Gives what came of it, in a few words. */
  readonly run: (say: Say) => Promise<string>;
}

/** The steps share what they make; `need` says so when one is missing. */
export class MainJob {
  readonly outcomes: ApplicationOutcome[] = [];
  /** The deployed refreshers, as far as they were read. */
  readonly functions: DeployedFunction[] = [];
  private terraform?: Terraform;
  private provider?: ProviderSource;
  private stack?: SynthesizedStack;
  private aws?: AwsEmulator;
  /** Where state is kept in S3, and this run made the bucket. */
  private stateBucket?: { readonly place: LocalAws; readonly name: string };
  private piste?: Emulator;
  private applications: DeployedApplication[] = [];
  private readonly refreshed: RefreshedApplication[] = [];

  /** @param empty whether nothing is stored and nothing known to PISTE: what a person does remains to be done. */
  constructor(
    readonly environment: Environment,
    private readonly run: RunFolder,
    private readonly empty = false,
  ) {}

  /** In the order in which they are done. */
  steps(): Step[] {
    const all: Step[] = [
      { title: "Find Terraform", run: (say) => this.findTerraform(say) },
      { title: "Synthesize the stacks with cdktf (about 1 s)", run: (say) => this.synthesize(say) },
      { title: "Find the AWS provider", run: (say) => this.findProvider(say) },
      { title: "Start the emulated AWS and PISTE", run: (say) => this.startEmulators(say) },
      { title: `Deploy ${this.environment} with cdktf and Terraform (about 20 s)`, run: (say) => this.deploy(say) },
      { title: "Read the deployed functions", run: () => this.readFunctions() },
    ];
    if (this.empty) return all;
    return [
      ...all,
      { title: "Store client credentials and technical accounts", run: () => this.storeCredentials() },
      { title: "Run the deployed function", run: () => this.refresh() },
      { title: "Read the token and call the API", run: () => this.call() },
    ];
  }

  get place(): LocalAws {
    return { endpoint: need(this.aws).endpoint, region: this.region };
  }

  get emulator(): Emulator {
    return need(this.piste);
  }

  /** What a tick of the schedule does. */
  async tick(deployed: DeployedFunction): Promise<RunResult> {
    return (await runAsLambda(deployed, this.place, this.emulator.tokenEndpoint, this.run.id)).result;
  }

  /** Stops the local PISTE, and takes out of an emulator that stays what was deployed into it. */
  async stop(say: Say): Promise<void> {
    await this.piste?.stop();
    this.aws?.stop();
    if (!this.aws?.shared || this.terraform === undefined) return;
    say("taking the stack out of the emulator that stays");
    await destroy([this.environment], this.cdktf(say));
    if (this.stateBucket !== undefined) await removeStateBucket(this.stateBucket.place, this.stateBucket.name);
  }

  private get output(): string {
    return this.run.path("cdktf.out");
  }

  private get region(): string {
    return need(need(this.stack).provider.aws[0]).region;
  }

  private cdktf(say: Say): CdktfRun {
    return {
      runId: this.run.id,
      output: this.output,
      variables: {
        TERRAFORM_BINARY_NAME: need(this.terraform).binary,
        ...(this.provider && { TF_CLI_CONFIG_FILE: this.provider.configurationFile }),
        ...(this.aws && emulatedAws(this.aws.endpoint, this.region)),
      },
      onLine: say,
    };
  }

  private async findTerraform(say: Say): Promise<string> {
    this.terraform = await findTerraform(this.run.id, say);
    return `Terraform ${this.terraform.version}: ${this.terraform.from}`;
  }

  private async synthesize(say: Say): Promise<string> {
    mkdirSync(this.output, { recursive: true });
    // The other stack's warnings are not this run's.
    const sayOwn = (line: string): void => {
      if (line.includes(`[${this.environment}]`)) say(line);
    };
    await synth(this.cdktf(sayOwn));
    this.stack = readStack(this.output, this.environment);
    return `stacks ${synthesizedStacks(this.output).join(", ")}`;
  }

  private async findProvider(say: Say): Promise<string> {
    const { version } = need(this.stack).terraform.required_providers.aws;
    this.provider = await findProvider(version, this.run.folder, need(this.terraform).binary, this.run.id, say);
    return `AWS provider ${version}: ${this.provider.description}`;
  }

  private async startEmulators(say: Say): Promise<string> {
    const [account] = need(need(this.stack).provider.aws[0]).allowed_account_ids ?? [];
    this.aws = await startAwsEmulator(this.run.id, account, say);
    this.piste = await startEmulator();
    const { platform } = this.piste.piste;
    platform.settings = { ...platform.settings, environment: platformOf(this.environment) };
    return `AWS at ${this.aws.endpoint} (${this.aws.from}), PISTE at ${this.piste.apiBaseUrl}`;
  }

  private async deploy(say: Say): Promise<string> {
    await this.makeStateBucket();
    await deploy([this.environment], this.cdktf(say));
    this.applications = await deployedApplications(this.environment, this.place);
    if (this.applications.length === 0)
      throw new UserError(`No application of ${this.environment} was found in SSM after the deployment.`);
    return this.applications.map(({ description }) => description.application).join(", ");
  }

  private async makeStateBucket(): Promise<void> {
    const { s3 } = need(this.stack).terraform.backend;
    if (s3 === undefined) return;
    const place = { endpoint: need(this.aws).endpoint, region: s3.region };
    if (await makeStateBucket(place, s3.bucket)) this.stateBucket = { place, name: s3.bucket };
  }

  private async storeCredentials(): Promise<string> {
    const { platform } = this.emulator.piste;
    let stored = 0;
    const store = async (name: string, value: ClientCredentials | TechnicalAccount): Promise<void> => {
      await this.secrets().send(new PutSecretValueCommand({ SecretId: name, SecretString: JSON.stringify(value) }));
      stored += 1;
    };
    const clientSecrets = new Set<string>();
    for (const { description, accounts } of this.applications) {
      platform.settings = {
        ...platform.settings,
        scopes: [...new Set([...platform.settings.scopes, ...description.scope.split(" ")])],
        apis: [...platform.settings.apis, ...description.apis.filter(isOwnApi)],
      };
      // Several applications may share it.
      if (!clientSecrets.has(description.clientSecret)) {
        clientSecrets.add(description.clientSecret);
        const client: ClientCredentials = { client_id: randomUUID(), client_secret: randomUUID() };
        platform.addClient(client);
        await store(description.clientSecret, client);
      }
      for (const [index, { secret, structure }] of accounts.entries()) {
        const account: TechnicalAccount = {
          login: `TECH_${index + 1}_${structure.identifier}@cpro.fr`,
          password: randomBytes(18).toString("base64url"),
        };
        platform.addAccount(account);
        platform.addStructure({ ...structure, name: "Structure fictive" });
        await store(secret, account);
      }
    }
    return `${stored} made-up values`;
  }

  private async readFunctions(): Promise<string> {
    for (const { description } of this.applications) {
      const folder = this.run.path("functions", description.application);
      this.functions.push(await readDeployedFunction(description, this.place, folder));
    }
    return this.functions.map(({ name, codeSha256 }) => `${name} (zip ${codeSha256})`).join(", ");
  }

  private async refresh(): Promise<string> {
    for (const [index, application] of this.applications.entries()) {
      const deployed = need(this.functions[index]);
      const refresh = await this.tick(deployed);
      if (refresh.outcome !== "refreshed") {
        throw new UserError(`${deployed.name} fetched no token (${refresh.reason}). ${refresh.meaning ?? ""}`);
      }
      this.refreshed.push({ application, deployed, refresh });
    }
    return this.refreshed.map(({ deployed, refresh }) => `${deployed.name} answered: ${refresh.outcome}`).join(", ");
  }

  private async call(): Promise<string> {
    for (const refreshed of this.refreshed) {
      const token = await readToken(this.secrets(), refreshed.application);
      const call = await firstCall(this.secrets(), refreshed.application, token, this.emulator.apiBaseUrl);
      this.outcomes.push({ ...refreshed, token, call });
    }
    return this.outcomes.map(({ call }) => (call ? `${call.request}: ${call.status}` : "no ping to call")).join(", ");
  }

  private secrets(): SecretsManagerClient {
    return new SecretsManagerClient(clientConfiguration(this.place));
  }
}

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a step was run before the one that it needs");
  return value;
}
