/**
 * Checks the address of requests to AWS. The SDK takes another one from AWS_ENDPOINT_URL, its variables for single
 * services and the AWS configuration. If a local run or an attacker has set it, it would receive what a person types.
 */
import { DEFAULT_REGION } from "../../aws/checks";
import { isProduction, LOOPBACK_HOSTS, type Environment } from "../../piste/environments";
import type { Text } from "../../piste/language";
import { CommandError } from "./failure";

/** The address of a request to AWS. */
export interface AwsAddress {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
}

export interface AddressRule {
  /** The environment whose values are sent; undefined when none are. */
  readonly environment?: Environment | undefined;
  /** Shows a notice about an address that is not AWS's own. */
  readonly notice?: ((text: Text) => unknown) | undefined;
}

const SERVICES = "(?:access-analyzer|iam|kms|lambda|logs|monitoring|scheduler|secretsmanager|sns|ssm|sts)(?:-fips)?";
const DOMAINS = "(?:amazonaws\\.(?:com|com\\.cn|eu)|api\\.aws)";
const REGION = "[a-z]+(?:-[a-z]+)+-\\d+";
/** AWS's own hosts. Customers can get names of API gateways and S3 buckets (`sts.s3.…`), which must not match. */
const AWS_ITSELF = new RegExp(`^${SERVICES}\\.(?:(?:${REGION}|us-gov)\\.)?${DOMAINS}$`);
/** An interface endpoint (PrivateLink) of an AWS service; one of another service has `vpce-svc` in its name. */
const VPC_ENDPOINT = new RegExp(`^vpce-[a-z0-9-]+\\.${SERVICES}\\.${REGION}\\.vpce\\.${DOMAINS}$`);
/** The host that the SDK makes from an invalid region. */
const OF_NO_REGION = new RegExp(`^${SERVICES}\\.([a-z0-9-]+)\\.${DOMAINS}$`);

const NAMED_BY: Text = {
  en: "AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_… of a service, or `endpoint_url` of the AWS configuration sets this address",
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
        en: `Requests to AWS would go to ${address}, without TLS: nothing was sent. ${NAMED_BY.en}. Unset it; for the local run of \`npm start -- --keep\`, add \`--local\`.`,
        fr: `Les requêtes à AWS iraient à ${address}, sans TLS : rien n'a été envoyé. ${NAMED_BY.fr}. Retirez-la ; pour l'exécution locale de \`npm start -- --keep\`, ajoutez \`--local\`.`,
      },
      "operator",
      { code: "aws-address-refused" },
    );
  }
  notice?.({
    en: `Requests to AWS go to ${address}, which is not AWS's own address. ${NAMED_BY.en}. Everything that you store goes there; if you do not know this address, unset it.`,
    fr: `Les requêtes à AWS vont à ${address}, qui n'est pas une adresse d'AWS. ${NAMED_BY.fr}. Tout ce que vous enregistrez y va ; si vous ne connaissez pas cette adresse, retirez-la.`,
  });
}

/** Besides STS, the services with which the SDK signs in first; it may send them a person's token. */
const SIGNING_IN = ["AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_SIGNIN"];

/** @throws CommandError as {@link checkAwsAddress}. */
export function checkSigningInAddresses(variables: NodeJS.ProcessEnv, rule: AddressRule): void {
  for (const address of SIGNING_IN.map((name) => variables[name] ?? "")) {
    if (!URL.canParse(address)) continue;
    const { protocol, hostname, port } = new URL(address);
    checkAwsAddress({ protocol, hostname, port: port === "" ? undefined : Number(port) }, rule);
  }
}
