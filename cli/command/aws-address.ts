/**
 * Where AWS is asked. The SDK takes another address from AWS_ENDPOINT_URL, its variables for single services and the AWS
 * configuration: left over from a local run, or put there by somebody else, it would receive what a person types.
 */
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

/** Names that no customer of AWS can have, as those of VPC endpoints, API gateways and S3 buckets (`sts.s3.…`) are. */
const AWS_ITSELF =
  /^(?:lambda|logs|monitoring|secretsmanager|sns|ssm|sts)(?:-fips)?\.(?:[a-z]+(?:-[a-z]+)+-\d+\.)?(?:amazonaws\.(?:com|com\.cn|eu)|api\.aws)$/;

const NAMED_BY: Text = {
  en: "AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_… of a service, or `endpoint_url` of the AWS configuration names this address",
  fr: "AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_… d'un service, ou `endpoint_url` de la configuration AWS donne cette adresse",
};

/** @throws CommandError where the value of a secret must not be sent. */
export function checkAwsAddress({ protocol, hostname, port }: AwsAddress, { environment, notice }: AddressRule): void {
  const isLoopback = LOOPBACK_HOSTS.includes(hostname);
  if (protocol === "https:" && AWS_ITSELF.test(hostname)) return;
  const address = `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`;
  if (protocol !== "https:" && (!isLoopback || (environment !== undefined && isProduction(environment)))) {
    throw new CommandError(
      {
        en: `AWS would be asked at ${address}, without TLS: nothing was sent. ${NAMED_BY.en}. Unset it; for what \`npm start -- --keep\` keeps up, add \`--local\`.`,
        fr: `AWS serait interrogé à ${address}, sans TLS : rien n'a été envoyé. ${NAMED_BY.fr}. Retirez-la ; pour ce que \`npm start -- --keep\` lance, ajoutez \`--local\`.`,
      },
      "operator",
    );
  }
  notice?.({
    en: `AWS is asked at ${address}, which is not AWS's own address. ${NAMED_BY.en}. It receives what you enter: press Ctrl-C if you do not know it.`,
    fr: `AWS est interrogé à ${address}, qui n'est pas une adresse d'AWS. ${NAMED_BY.fr}. Elle reçoit ce que vous saisissez : tapez Ctrl-C si vous ne la connaissez pas.`,
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
