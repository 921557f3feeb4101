/** The target of a command: AWS and PISTE or, with `--local`, the local run of `npm start -- --keep`. */
import { checkApiBaseUrl, checkTokenEndpoint, HOSTS, type Environment } from "../../piste/environments";
import { httpTransport, type HttpTransport } from "../../piste/http";
import { joined, type Text } from "../../piste/language";
import type { DescribedApplication, DescribedApplications, DisbelievedApplication } from "../described-applications";
import { LOCAL_CREDENTIALS } from "../../aws/local/environment";
import type * as Local from "../../aws/local/invoke-locally";
import type { Aws } from "./aws";
import { CommandError } from "./failure";
import { readKeptEnvironment } from "./kept-environment";
import { shellWord } from "./shell-word";
import type * as Proxy from "./proxy";
import type * as SdkAws from "./sdk-aws";
import { deployCommand } from "./deployment-command";

export interface TargetOptions {
  /** For the policy that a message names when AWS refuses. */
  readonly application?: string | undefined;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly local?: boolean;
}

type Place = Pick<TargetOptions, "region" | "profile">;

/** Empty variables count as unset. The AWS CLI and Terraform read AWS_DEFAULT_REGION, too; AWS's SDK does not. */
function placeOf({ region, profile }: Place): Place {
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_PROFILE } = process.env;
  return {
    region: region ?? [AWS_REGION, AWS_DEFAULT_REGION].find(Boolean),
    profile: profile ?? [AWS_PROFILE].find(Boolean),
  };
}

/** The same options for `npx piste` and the AWS CLI. */
export function placeOptions({ region, profile }: Place): string {
  return [
    region === undefined ? "" : ` --region ${shellWord(region)}`,
    profile === undefined ? "" : ` --profile ${shellWord(profile)}`,
  ].join("");
}

/**
 * The same options for the commands in messages. AWS's variables become options, because the next command may be typed in
 * another shell.
 */
export const sameTarget = (options: TargetOptions): string =>
  options.local ? " --local" : placeOptions(placeOf(options));

const PLACE_OPTION = / --(?:region|profile) (?:'(?:[^']|'\\'')*'|\S+)/g;

/** The options that the AWS CLI has, too. */
export const awsOptions = (where = ""): string => (where.match(PLACE_OPTION) ?? []).join("");

export interface Target {
  readonly environment: Environment;
  /** True for the emulated AWS of this machine. */
  readonly local: boolean;
  readonly aws: Aws;
  /** The gateway's root: the pinned one, or the local PISTE's. */
  readonly apiBaseUrl: URL;
  /** To PISTE. */
  readonly transport: HttpTransport;
  /** The proxy on the way to the gateway, without a password. */
  readonly proxy?: string | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Its options, for the commands in messages. */
  readonly sameOptions?: string;
  /** Shows a warning. */
  readonly warn?: ((text: Text) => void) | undefined;
}

/** Modules that few targets need are loaded on demand. */
const load = {
  aws: () => require("./sdk-aws") as typeof SdkAws,
  proxy: () => require("./proxy") as typeof Proxy,
  local: () => require("../../aws/local/invoke-locally") as typeof Local,
};

const PROXY_VARIABLES = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/** @throws CommandError when `--local` finds no local run, or one of another environment. */
export function openTarget(environment: Environment, options: TargetOptions, warn?: Target["warn"]): Target {
  if (options.local) return { ...openLocalTarget(environment), warn };
  const agent = proxyModule()?.proxyAgent();
  return {
    ...openPiste(environment, {}, agent),
    aws: load.aws().sdkAws({
      ...placeOf(options),
      environment,
      application: options.application,
      notice: warn,
      agent,
    }),
    sameOptions: sameTarget(options),
    warn,
  };
}

const proxyModule = (): typeof Proxy | undefined =>
  PROXY_VARIABLES.some((name) => process.env[name]) ? load.proxy() : undefined;

/** The target of a command that calls PISTE only. */
export type PisteTarget = Omit<Target, "aws"> & { readonly tokenEndpoint: URL };

/** @throws CommandError when `local` finds no local run, or one of another environment. */
export function openPiste(
  environment: Environment,
  { local = false }: Pick<TargetOptions, "local">,
  agent = local ? undefined : proxyModule()?.proxyAgent(),
): PisteTarget {
  const { tokenEndpoint, apiBaseUrl } = local ? keptFor(environment) : HOSTS[environment];
  const gateway = checkApiBaseUrl(apiBaseUrl, environment, local);
  return {
    environment,
    local,
    tokenEndpoint: checkTokenEndpoint(tokenEndpoint, environment, local),
    apiBaseUrl: gateway,
    transport: httpTransport(agent),
    proxy: local ? undefined : proxyModule()?.proxyOf(gateway),
    now: Date.now,
    sameOptions: local ? " --local" : "",
  };
}

function keptFor(environment: Environment): ReturnType<typeof readKeptEnvironment> {
  const kept = readKeptEnvironment();
  if (kept.environment !== environment) {
    throw new CommandError(
      {
        en: `The local run of this machine has the environment ${kept.environment}. For ${environment}: \`npm start -- --keep --environment ${environment}\`.`,
        fr: `L'exécution locale de cette machine a l'environnement ${kept.environment}. Pour ${environment} : \`npm start -- --keep --environment ${environment}\`.`,
      },
      "operator",
      { code: "nothing-kept-up" },
    );
  }
  return kept;
}

function openLocalTarget(environment: Environment): Target {
  const kept = keptFor(environment);
  const { invokeLocally } = load.local();
  return {
    ...openPiste(environment, { local: true }),
    aws: load.aws().sdkAws({
      region: kept.region,
      endpoint: kept.awsEndpoint,
      credentials: LOCAL_CREDENTIALS,
      invoke: (application, input) => invokeLocally(application, input, kept),
    }),
  };
}

const listed = (names: readonly string[]): string => names.join(", ");

const DEPLOY_AGAIN: Text = {
  en: "Deploy the application again, with the version of cdktf-piste that you use here.",
  fr: "Déployez de nouveau l'application, avec la version de cdktf-piste que vous utilisez ici.",
};

/** @param disbelieved at least one. */
const notBelieved = (disbelieved: readonly DisbelievedApplication[]): CommandError =>
  new CommandError(joined([...disbelieved.map(({ text }) => text), DEPLOY_AGAIN], "\n"), "operator", {
    code: "description-not-believed",
  });

/**
 * The applications of the environment, or the named one. Warns about descriptions that are not believed.
 *
 * @throws CommandError when there is none, or none of that name, or it is not believed.
 */
export async function applicationsOf(target: Target, name?: string): Promise<DescribedApplications> {
  const all = await target.aws.applications(target.environment);
  const { applications, disbelieved, elsewhere } = all;
  if (elsewhere !== undefined) {
    const region = await target.aws.region();
    throw new CommandError(
      {
        en: `No application of ${target.environment} is described in SSM in the region ${region}, but there is one in ${elsewhere}: add \`--region ${elsewhere}\`.`,
        fr: `Aucune application de ${target.environment} n'est décrite dans SSM dans la région ${region}, mais il y en a dans ${elsewhere} : ajoutez \`--region ${elsewhere}\`.`,
      },
      "operator",
      { code: "deployed-elsewhere" },
    );
  }
  if (applications.length === 0 && disbelieved.length === 0) {
    const region = await target.aws.region();
    throw new CommandError(
      {
        en: `No application of ${target.environment} is described in SSM in the region ${region} of this AWS account. Deploy it (${deployCommand(target.environment)}), or name another region with \`--region\`.`,
        fr: `Aucune application de ${target.environment} n'est décrite dans SSM dans la région ${region} de ce compte AWS. Déployez-la (${deployCommand(target.environment)}), ou indiquez une autre région avec \`--region\`.`,
      },
      "aws",
      { code: "not-deployed" },
    );
  }
  const ofThatName = disbelieved.filter(({ application }) => application === name);
  if (ofThatName.length > 0) throw notBelieved(ofThatName);
  if (applications.length === 0) throw notBelieved(disbelieved);
  for (const { text } of disbelieved) target.warn?.(text);
  if (name === undefined) return all;
  const found = applications.filter(({ description }) => description.application === name);
  if (found.length > 0) return { applications: found, disbelieved };
  const names = listed(applications.map(({ description }) => description.application));
  throw new CommandError(
    {
      en: `There is no application ${JSON.stringify(name)} in ${target.environment}. Known: ${names} (\`--application\`).`,
      fr: `Il n'y a pas d'application ${JSON.stringify(name)} dans ${target.environment}. Connues : ${names} (\`--application\`).`,
    },
    "operator",
    { code: "application-unknown" },
  );
}

/**
 * @param prefer selects the likely ones; when it selects none, all are considered. Its errors are passed on.
 * @throws CommandError when several could be meant, including those that are not believed.
 */
export async function oneApplication(
  target: Target,
  name?: string,
  prefer: (all: readonly DescribedApplication[]) => readonly DescribedApplication[] = (all) => all,
): Promise<DescribedApplication> {
  const { applications: all, disbelieved } = await applicationsOf(target, name);
  const preferred = prefer(all);
  const applications = preferred.length > 0 ? preferred : all;
  const [first, ...others] = applications;
  if (first === undefined) throw new Error("expected at least one application, got none");
  if (others.length === 0 && (name !== undefined || disbelieved.length === 0)) return first;
  const names = listed([
    ...applications.map(({ description }) => description.application),
    ...disbelieved.map(({ application }) => application),
  ]);
  throw new CommandError(
    {
      en: `Several applications of ${target.environment} could be meant: ${names}. Name one with \`--application\`.`,
      fr: `Plusieurs applications de ${target.environment} sont possibles : ${names}. Indiquez-en une avec \`--application\`.`,
    },
    "operator",
    { code: "application-not-named" },
  );
}
