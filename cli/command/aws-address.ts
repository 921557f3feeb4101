/**
 * Where AWS is asked. The SDK takes another address from AWS_ENDPOINT_URL, its variables for single services and the AWS
 * configuration: left over from a local run, or put there by somebody else, it would receive what a person types.
 */
import { DEFAULT_REGION } from "../../aws/checks";
import { isProduction, LOOPBACK_HOSTS, type Environment } from "../../piste/environments";
import type { Text } from "../../piste/language";
import { CommandError } from "./failure";

/** Of a request to AWS. */
export interface AwsAddress {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
}

export interface AddressRule {
  /** Undefined: no value is for production. */
  readonly environment?: Environment | undefined;
  /** Is told of an address that is not AWS's own. */
  readonly notice?: ((text: Text) => unknown) | undefined;
}

const SERVICES = "(?:access-analyzer|iam|kms|lambda|logs|monitoring|scheduler|secretsmanager|sns|ssm|sts)(?:-fips)?";
const DOMAINS = "(?:amazonaws\\.(?:com|com\\.cn|eu)|api\\.aws)";
const REGION = "[a-z]+(?:-[a-z]+)+-\\d+";
/** Names that no customer of AWS can have, as those of API gateways and S3 buckets (`sts.s3.…`) are. */
const AWS_ITSELF = new RegExp(`^${SERVICES}\\.(?:(?:${REGION}|us-gov)\\.)?${DOMAINS}$`);
/** Of an interface endpoint (PrivateLink) for a service of AWS; one for somebody else's has `vpce-svc` there. */
const VPC_ENDPOINT = new RegExp(`^vpce-[a-z0-9-]+\\.${SERVICES}\\.${REGION}\\.vpce\\.${DOMAINS}$`);
/** What the SDK makes of a region that is none. */
const OF_NO_REGION = new RegExp(`^${SERVICES}\\.([a-z0-9-]+)\\.${DOMAINS}$`);

const NAMED_BY: Text = {
  en: "AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_… of a service, or `endpoint_url` of the AWS configuration names this address",
  fr: "AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_… d'un service, ou `endpoint_url` de la configuration AWS donne cette adresse",
};

/** @throws CommandError where the value of a secret must not be sent. */
export function checkAwsAddress({ protocol, hostname, port }: AwsAddress, { environment, notice }: AddressRule): void {
  const isLoopback = LOOPBACK_HOSTS.includes(hostname);
  if (protocol === "https:" && (AWS_ITSELF.test(hostname) || VPC_ENDPOINT.test(hostname))) return;
  const region = OF_NO_REGION.exec(hostname)?.[1];
  if (region !== undefined) {
    throw new CommandError(
      {
        en: `${region} is not an AWS region, such as ${DEFAULT_REGION}. It comes from \`--region\`, AWS_REGION or the AWS configuration. Nothing was sent.`,
        fr: `${region} n'est pas une région AWS, comme ${DEFAULT_REGION}. Elle vient de \`--region\`, d'AWS_REGION ou de la configuration AWS. Rien n'a été envoyé.`,
      },
      "operator",
      { code: "aws-address-refused" },
    );
  }
  const address = `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`;
  if (protocol !== "https:" && (!isLoopback || (environment !== undefined && isProduction(environment)))) {
    throw new CommandError(
      {
        en: `AWS would be asked at ${address}, without TLS: nothing was sent. ${NAMED_BY.en}. Unset it; for what \`npm start -- --keep\` keeps up, add \`--local\`.`,
        fr: `AWS serait interrogé à ${address}, sans TLS : rien n'a été envoyé. ${NAMED_BY.fr}. Retirez-la ; pour ce que \`npm start -- --keep\` lance, ajoutez \`--local\`.`,
      },
      "operator",
      { code: "aws-address-refused" },
    );
  }
  notice?.({
    en: `AWS is asked at ${address}, which is not AWS's own address. ${NAMED_BY.en}. Whatever is stored goes there; if you do not know it, unset it.`,
    fr: `AWS est interrogé à ${address}, qui n'est pas une adresse d'AWS. ${NAMED_BY.fr}. Tout ce qui est enregistré y va ; si vous ne la connaissez pas, retirez-la.`,
  });
}

/** Of services that the SDK signs in with, beside STS, before it asks for anything else: it may send them a person's token. */
const SIGNING_IN = ["AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_SIGNIN"];

/** @throws CommandError as {@link checkAwsAddress}. */
export function checkSigningInAddresses(variables: NodeJS.ProcessEnv, rule: AddressRule): void {
  for (const address of SIGNING_IN.map((name) => variables[name] ?? "")) {
    if (!URL.canParse(address)) continue;
    const { protocol, hostname, port } = new URL(address);
    checkAwsAddress({ protocol, hostname, port: port === "" ? undefined : Number(port) }, rule);
  }
}
