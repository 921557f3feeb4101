/**
 * The main job on this machine: Terraform deploys the stack into an emulated AWS, the deployed function's code fetches
 * a token from a local PISTE, and an API answers a call with that token.
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
import { asIs, type Say } from "./said";
import { OUTCOMES } from "./shown";
import { CommandError } from "../../cli/command/failure";
import { runFailureText } from "../../cli/command/french";
import { joined, type Text } from "../../piste/language";

interface RefreshedApplication {
  readonly application: DeployedApplication;
  readonly deployed: DeployedFunction;
  readonly refresh: RunResult;
}

/** The result for one application. */
export interface ApplicationOutcome extends RefreshedApplication {
  readonly token: AccessToken;
  /** Undefined if no API has a ping. */
  readonly call: FirstCall | undefined;
}

export interface Step {
  readonly title: Text;
  /** Expected duration of a slow step: "25 s". */
  readonly expected?: string;
  /** @returns the result in a few words. */
  readonly run: (say: Say) => Promise<Text>;
}

/** The steps share their results. */
export class MainJob {
  readonly outcomes: ApplicationOutcome[] = [];
  /** The deployed refreshers that were read so far. */
  readonly functions: DeployedFunction[] = [];
  private terraform?: Terraform;
  private provider?: ProviderSource;
  private stack?: SynthesizedStack;
  private aws?: AwsEmulator;
  /** The bucket for S3 state, if this run made it. */
  private stateBucket?: { readonly place: LocalAws; readonly name: string };
  private piste?: Emulator;
  private applications: DeployedApplication[] = [];
  private readonly refreshed: RefreshedApplication[] = [];

  /** @param empty true to store no values and register nothing in the local PISTE. */
  constructor(
    readonly environment: Environment,
    private readonly run: RunFolder,
    private readonly empty = false,
  ) {}

  steps(): Step[] {
    const all: Step[] = [
      { title: { en: "Find Terraform", fr: "Trouver Terraform" }, run: (say) => this.findTerraform(say) },
      {
        title: { en: "Synthesize the stacks with cdktf", fr: "Synthétiser les piles avec cdktf" },
        expected: "1 s",
        run: (say) => this.synthesize(say),
      },
      {
        title: { en: "Find the AWS provider", fr: "Trouver le fournisseur AWS de Terraform" },
        run: (say) => this.findProvider(say),
      },
      {
        title: { en: "Start the emulated AWS and PISTE", fr: "Démarrer l'AWS émulé et le PISTE local" },
        run: (say) => this.startEmulators(say),
      },
      {
        title: {
          en: `Deploy ${this.environment} with cdktf and Terraform`,
          fr: `Déployer ${this.environment} avec cdktf et Terraform`,
        },
        expected: "20 s",
        run: (say) => this.deploy(say),
      },
      {
        title: { en: "Read the deployed functions", fr: "Lire les fonctions déployées" },
        run: () => this.readFunctions(),
      },
    ];
    if (this.empty) return all;
    return [
      ...all,
      {
        title: {
          en: "Store client credentials and technical accounts",
          fr: "Enregistrer les identifiants de l'application et les comptes techniques",
        },
        run: () => this.storeCredentials(),
      },
      {
        title: { en: "Run the deployed function", fr: "Exécuter la fonction déployée" },
        run: () => this.refresh(),
      },
      {
        title: { en: "Read the token and call the API", fr: "Lire le jeton et appeler l'API" },
        run: () => this.call(),
      },
    ];
  }

  get place(): LocalAws {
    return { endpoint: need(this.aws).endpoint, region: this.region };
  }

  get emulator(): Emulator {
    return need(this.piste);
  }

  /** Runs a function as the schedule does. */
  async tick(deployed: DeployedFunction): Promise<RunResult> {
    return (await runAsLambda(deployed, this.place, this.emulator.tokenEndpoint, this.run.id)).result;
  }

  /** Stops the local PISTE, and destroys the stack in an emulator that keeps running. */
  async stop(say: Say): Promise<void> {
    await this.piste?.stop();
    this.aws?.stop();
    if (!this.aws?.shared || this.terraform === undefined) return;
    say({
      en: "removing the stack from the emulator, which keeps running",
      fr: "retrait de la pile de l'émulateur, qui continue de tourner",
    });
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
      onLine: (line) => {
        say(asIs(line));
      },
    };
  }

  private async findTerraform(say: Say): Promise<Text> {
    this.terraform = await findTerraform(this.run.id, say);
    const { version, from } = this.terraform;
    return { en: `Terraform ${version}: ${from}`, fr: `Terraform ${version} : ${from}` };
  }

  private async synthesize(say: Say): Promise<Text> {
    mkdirSync(this.output, { recursive: true });
    // Only warnings of this run's stack.
    const sayOwn: Say = (line) => {
      if (line.en.includes(`[${this.environment}]`)) say(line);
    };
    await synth(this.cdktf(sayOwn));
    this.stack = readStack(this.output, this.environment);
    const stacks = synthesizedStacks(this.output).join(", ");
    return { en: `stacks ${stacks}`, fr: `piles ${stacks}` };
  }

  private async findProvider(say: Say): Promise<Text> {
    const { version } = need(this.stack).terraform.required_providers.aws;
    this.provider = await findProvider(version, this.run.folder, need(this.terraform).binary, this.run.id, say);
    const { mirror } = this.provider;
    return { en: `AWS provider ${version}: in ${mirror}`, fr: `fournisseur AWS ${version} : dans ${mirror}` };
  }

  private async startEmulators(say: Say): Promise<Text> {
    const [account] = need(need(this.stack).provider.aws[0]).allowed_account_ids ?? [];
    this.aws = await startAwsEmulator(this.run.id, account, say);
    this.piste = await startEmulator();
    const { platform } = this.piste.piste;
    platform.settings = { ...platform.settings, environment: platformOf(this.environment) };
    const { endpoint, from } = this.aws;
    return {
      en: `AWS at ${endpoint} (${from.en}), PISTE at ${this.piste.apiBaseUrl}`,
      fr: `AWS à ${endpoint} (${from.fr}), PISTE à ${this.piste.apiBaseUrl}`,
    };
  }

  private async deploy(say: Say): Promise<Text> {
    await this.makeStateBucket();
    await deploy([this.environment], this.cdktf(say));
    this.applications = await deployedApplications(this.environment, this.place);
    if (this.applications.length === 0) {
      const text = {
        en: `No application of ${this.environment} was found in SSM after the deployment.`,
        fr: `Aucune application de ${this.environment} n'a été trouvée dans SSM après le déploiement.`,
      };
      throw new CommandError(text, "operator");
    }
    return asIs(this.applications.map(({ description }) => description.application).join(", "));
  }

  private async makeStateBucket(): Promise<void> {
    const { s3 } = need(this.stack).terraform.backend;
    if (s3 === undefined) return;
    const place = { endpoint: need(this.aws).endpoint, region: s3.region };
    if (await makeStateBucket(place, s3.bucket)) this.stateBucket = { place, name: s3.bucket };
  }

  private async storeCredentials(): Promise<Text> {
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
      // Applications may share a client secret.
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
    return {
      en: `${stored} made-up values`,
      fr: `${stored} valeurs inventées`,
    };
  }

  private async readFunctions(): Promise<Text> {
    for (const { description } of this.applications) {
      const folder = this.run.path("functions", description.application);
      this.functions.push(await readDeployedFunction(description, this.place, folder));
    }
    return asIs(this.functions.map(({ name, codeSha256 }) => `${name} (zip ${codeSha256})`).join(", "));
  }

  private async refresh(): Promise<Text> {
    for (const [index, application] of this.applications.entries()) {
      const deployed = need(this.functions[index]);
      const refresh = await this.tick(deployed);
      if (refresh.outcome !== "refreshed") {
        const { reason, meaning = "" } = refresh;
        const text = {
          en: `${deployed.name} fetched no token (${reason}). ${meaning}`,
          fr: `${deployed.name} n'a obtenu aucun jeton (${reason}). ${runFailureText(reason, meaning).fr}`,
        };
        throw new CommandError(text, "operator");
      }
      this.refreshed.push({ application, deployed, refresh });
    }
    const texts = this.refreshed.map(({ deployed, refresh: { outcome } }) => ({
      en: `${deployed.name} answered: ${outcome}`,
      fr: `${deployed.name} a répondu : ${OUTCOMES[outcome]}`,
    }));
    return joined(texts, ", ");
  }

  private async call(): Promise<Text> {
    for (const refreshed of this.refreshed) {
      const token = await readToken(this.secrets(), refreshed.application);
      const call = await firstCall(this.secrets(), refreshed.application, token, this.emulator.apiBaseUrl);
      this.outcomes.push({ ...refreshed, token, call });
    }
    const texts = this.outcomes.map(({ call }) =>
      call === undefined
        ? { en: "no ping to call", fr: "aucun ping à appeler" }
        : { en: `${call.request}: ${call.status}`, fr: `${call.request} : ${call.status}` },
    );
    return joined(texts, ", ");
  }

  private secrets(): SecretsManagerClient {
    return new SecretsManagerClient(clientConfiguration(this.place));
  }
}

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a step ran before a step that it needs");
  return value;
}
