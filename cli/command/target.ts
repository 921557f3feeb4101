/** Where a command looks: AWS and PISTE themselves or, with `--local`, what `npm start -- --keep` keeps up. */
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
  /** For the policy that is named where AWS refuses. */
  readonly application?: string | undefined;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly local?: boolean;
}

type Place = Pick<TargetOptions, "region" | "profile">;

/** Empty variables are none. AWS's command line and Terraform take AWS_DEFAULT_REGION, too; its SDK does not. */
function placeOf({ region, profile }: Place): Place {
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_PROFILE } = process.env;
  return {
    region: region ?? [AWS_REGION, AWS_DEFAULT_REGION].find(Boolean),
    profile: profile ?? [AWS_PROFILE].find(Boolean),
  };
}

/** The options that say so, of `npx piste` and of AWS's own command line. */
export function placeOptions({ region, profile }: Place): string {
  return [
    region === undefined ? "" : ` --region ${shellWord(region)}`,
    profile === undefined ? "" : ` --profile ${shellWord(profile)}`,
  ].join("");
}

/**
 * The options again, for the commands that a person may type next. What AWS's variables say is said in options: somebody
 * else, or another shell, may type them.
 */
export const sameTarget = (options: TargetOptions): string =>
  options.local ? " --local" : placeOptions(placeOf(options));

const PLACE_OPTION = / --(?:region|profile) (?:'(?:[^']|'\\'')*'|\S+)/g;

/** Of options for `npx piste` those that AWS's own command line knows, too. */
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
  /** The options by which it was found, for the commands that a person may type next. */
  readonly sameOptions?: string;
  /** Says something beside what was asked for. */
  readonly warn?: ((text: Text) => void) | undefined;
}

/** What not every target needs: AWS's SDK, what gets through a proxy, what runs a function here. */
const load = {
  aws: () => require("./sdk-aws") as typeof SdkAws,
  proxy: () => require("./proxy") as typeof Proxy,
  local: () => require("../../aws/local/invoke-locally") as typeof Local,
};

const PROXY_VARIABLES = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/** @throws CommandError when `--local` finds nothing that is kept up, or another environment. */
export function openTarget(environment: Environment, options: TargetOptions, warn?: Target["warn"]): Target {
  if (options.local) return { ...openLocalTarget(environment), warn };
  const agent = wayOut()?.proxyAgent();
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

const wayOut = (): typeof Proxy | undefined =>
  PROXY_VARIABLES.some((name) => process.env[name]) ? load.proxy() : undefined;

/** What a command needs that calls PISTE and has nothing to do with AWS. */
export type PisteTarget = Omit<Target, "aws"> & { readonly tokenEndpoint: URL };

/** @throws CommandError when `local` finds nothing that is kept up, or another environment. */
export function openPiste(
  environment: Environment,
  { local = false }: Pick<TargetOptions, "local">,
  agent = local ? undefined : wayOut()?.proxyAgent(),
): PisteTarget {
  const { tokenEndpoint, apiBaseUrl } = local ? keptFor(environment) : HOSTS[environment];
  const gateway = checkApiBaseUrl(apiBaseUrl, environment, local);
  return {
    environment,
    local,
    tokenEndpoint: checkTokenEndpoint(tokenEndpoint, environment, local),
    apiBaseUrl: gateway,
    transport: httpTransport(agent),
    proxy: local ? undefined : wayOut()?.proxyOf(gateway),
    now: Date.now,
    sameOptions: local ? " --local" : "",
  };
}

function keptFor(environment: Environment): ReturnType<typeof readKeptEnvironment> {
  const kept = readKeptEnvironment();
  if (kept.environment !== environment) {
    throw new CommandError(
      {
        en: `What is kept up on this machine is ${kept.environment}. For ${environment}: \`npm start -- --keep --environment ${environment}\`.`,
        fr: `Ce qui tourne sur cette machine est ${kept.environment}. Pour ${environment} : \`npm start -- --keep --environment ${environment}\`.`,
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
 * The applications of the environment, or the one that is named. What is not believed of the others is said.
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
        en: `No application of ${target.environment} is described in SSM in the region ${region}, but in ${elsewhere} there is: add \`--region ${elsewhere}\`.`,
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
      en: `There is no application ${JSON.stringify(name)} in ${target.environment}; there is ${names} (\`--application\`).`,
      fr: `Il n'y a pas d'application ${JSON.stringify(name)} dans ${target.environment} ; il y a ${names} (\`--application\`).`,
    },
    "operator",
    { code: "application-unknown" },
  );
}

/**
 * @param prefer those of all that could be meant: where there are any, one of them is meant. What it throws is thrown.
 * @throws CommandError when several could be meant, be they believed or not.
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
