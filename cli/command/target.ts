/** Where a command looks: AWS and PISTE themselves or, with `--local`, what `npm start -- --keep` keeps up. */
import { checkApiBaseUrl, HOSTS, type Environment } from "../../piste/environments";
import { httpTransport, type HttpTransport } from "../../piste/http";
import type { DescribedApplication } from "../described-applications";
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
  readonly region?: string;
  readonly profile?: string;
  readonly local?: boolean;
}

/** The options again, for the commands that a person may type next. */
export function sameTarget({ region, profile, local }: TargetOptions): string {
  return [
    local ? " --local" : "",
    region === undefined ? "" : ` --region ${shellWord(region)}`,
    profile === undefined ? "" : ` --profile ${shellWord(profile)}`,
  ].join("");
}

export interface Target {
  readonly environment: Environment;
  /** Whether it is the emulated AWS of this machine. */
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
}

/** What not every target needs: AWS's SDK, what gets through a proxy, what runs a function here. */
const load = {
  aws: () => require("./sdk-aws") as typeof SdkAws,
  proxy: () => require("./proxy") as typeof Proxy,
  local: () => require("../../aws/local/invoke-locally") as typeof Local,
};

const PROXY_VARIABLES = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/** @throws CommandError when `--local` finds nothing that is kept up, or another environment. */
export function openTarget(environment: Environment, options: TargetOptions): Target {
  if (options.local) return openLocalTarget(environment);
  const apiBaseUrl = checkApiBaseUrl(HOSTS[environment].apiBaseUrl, environment, false);
  const way = PROXY_VARIABLES.some((name) => process.env[name]) ? load.proxy() : undefined;
  const agent = way?.proxyAgent();
  return {
    environment,
    local: false,
    aws: load.aws().sdkAws({ region: options.region, profile: options.profile, agent }),
    apiBaseUrl,
    transport: httpTransport(agent),
    proxy: way?.proxyOf(apiBaseUrl),
    now: Date.now,
    sameOptions: sameTarget(options),
  };
}

function openLocalTarget(environment: Environment): Target {
  const kept = readKeptEnvironment();
  if (kept.environment !== environment) {
    throw new CommandError(
      {
        en: `What is kept up on this machine is ${kept.environment}. For ${environment}: \`npm start -- --keep --environment ${environment}\`.`,
        fr: `Ce qui tourne sur cette machine est ${kept.environment}. Pour ${environment} : \`npm start -- --keep --environment ${environment}\`.`,
      },
      "input",
    );
  }
  const { invokeLocally } = load.local();
  return {
    environment,
    local: true,
    aws: load.aws().sdkAws({
      region: kept.region,
      endpoint: kept.awsEndpoint,
      credentials: LOCAL_CREDENTIALS,
      invoke: (application, input) => invokeLocally(application, input, kept),
    }),
    apiBaseUrl: new URL(kept.apiBaseUrl),
    transport: httpTransport(),
    now: Date.now,
    sameOptions: sameTarget({ local: true }),
  };
}

const listed = (names: readonly string[]): string => names.join(", ");

/**
 * The applications of the environment, or the one that is named.
 *
 * @throws CommandError when there is none, or none of that name.
 */
export async function applicationsOf(target: Target, name?: string): Promise<readonly DescribedApplication[]> {
  const all = await target.aws.applications(target.environment);
  if (all.length === 0) {
    const region = await target.aws.region();
    throw new CommandError(
      {
        en: `No application of ${target.environment} is described in SSM in the region ${region} of this AWS account. Deploy it (${deployCommand(target.environment)}), or name another region with \`--region\`.`,
        fr: `Aucune application de ${target.environment} n'est décrite dans SSM dans la région ${region} de ce compte AWS. Déployez-la (${deployCommand(target.environment)}), ou indiquez une autre région avec \`--region\`.`,
      },
      "aws",
    );
  }
  if (name === undefined) return all;
  const found = all.filter(({ description }) => description.application === name);
  if (found.length > 0) return found;
  const names = listed(all.map(({ description }) => description.application));
  throw new CommandError(
    {
      en: `There is no application ${JSON.stringify(name)} in ${target.environment}; there is ${names} (\`--application\`).`,
      fr: `Il n'y a pas d'application ${JSON.stringify(name)} dans ${target.environment} ; il y a ${names} (\`--application\`).`,
    },
    "input",
  );
}

/** @throws CommandError when several could be meant. */
export async function oneApplication(target: Target, name?: string): Promise<DescribedApplication> {
  const [first, ...others] = await applicationsOf(target, name);
  if (first === undefined) throw new Error("there is at least one application");
  if (others.length === 0) return first;
  const names = listed([first, ...others].map(({ description }) => description.application));
  throw new CommandError(
    {
      en: `${target.environment} has several applications: ${names}. Name one with \`--application\`.`,
      fr: `${target.environment} a plusieurs applications : ${names}. Indiquez-en une avec \`--application\`.`,
    },
    "input",
  );
}
