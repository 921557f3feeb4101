import { Token } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { parseEnvironment, type Environment } from "../../piste/environments";
import {
  checkName,
  DEFAULT_ACCOUNT,
  DEFAULT_APPLICATION,
  LONGEST_RESERVE_IN_MINUTES,
  SHORTEST_RESERVE_IN_MINUTES,
  technicalAccountSecretName,
  tokenSecretName,
} from "../../piste/names";
import { checkOptions, checkedElsewhere, shown, type Rules } from "../../piste/options";
import { consumerVariables } from "./consumer-variables";
import { pisteMetric, type Metric, type PisteMetricKey } from "../../aws/alarms/metric";
import { ImportedSecret, nameInSecretArn, type SecretAttributes } from "./secrets/imported-secret";
import type { IPisteSecret } from "./secrets/secret-base";
import { checkAgainstAwsRules } from "./refusals/refused-by-aws";

/** An application as a consumer's stack sees it, made here or referenced by its name. */
export interface IPisteApplication extends IConstruct {
  /** The token's secret: `accessToken.grantRead(role)`. */
  readonly accessToken: IPisteSecret;
  /** For a function or a container that uses `createPisteClient` of `cdktf-piste/client`; nothing secret. */
  readonly environmentVariables: { readonly [name: string]: string };
  /** A technical account's secret: `account("default").grantRead(role)`. */
  account(name: string): IPisteSecret;
  /** A metric of its refresher or of its connection check, for an alarm or a dashboard. */
  metric(key: PisteMetricKey): Metric;
}

/** Settings of an existing application. */
export interface ApplicationAttributes extends SecretAttributes {
  readonly environment: Environment;
  /** @default "chorus-pro" */
  readonly name?: string;
  /** @default 5 */
  readonly reserveInMinutes?: number;
  /**
   * The technical account of calls that name none.
   * @default - the one of technicalAccountSecretArns, or "default"
   */
  readonly technicalAccount?: string;
  /**
   * The full ARN of the token's secret, if it is in another AWS account or region: `accessToken.secretArn` there.
   * @default - the secret of that name in this account and region
   */
  readonly tokenSecretArn?: string;
  /**
   * The full ARNs of the technical accounts' secrets, by account name.
   * @default - the secrets of these names in this account and region; with tokenSecretArn, none
   */
  readonly technicalAccountSecretArns?: { readonly [account: string]: string };
}

const ATTRIBUTE_RULES: Rules<ApplicationAttributes> = {
  environment: checkedElsewhere,
  name: checkName,
  reserveInMinutes: checkReserve,
  technicalAccount: checkName,
  tokenSecretArn: checkedElsewhere,
  technicalAccountSecretArns: checkedElsewhere,
  encryptionKeyArn: checkedElsewhere,
  namePrefix: checkName,
};

/** An application of another stack, referenced by its names: neither stack depends on the other. */
export class ExistingApplication extends Construct implements IPisteApplication {
  readonly accessToken: IPisteSecret;
  readonly environmentVariables: { readonly [name: string]: string };
  private readonly environment: Environment;
  private readonly application: string;
  private readonly attributes: ApplicationAttributes;

  /** @throws Error naming the invalid attribute, the rule and the value. */
  constructor(scope: Construct, id: string, attributes: ApplicationAttributes) {
    super(scope, id);
    checkAgainstAwsRules(this);
    checkOptions("", attributes, ATTRIBUTE_RULES);
    const { name = DEFAULT_APPLICATION, reserveInMinutes, tokenSecretArn } = attributes;
    const { technicalAccountSecretArns: accountArns = {} } = attributes;
    const [onlyAccount, ...moreAccounts] = Object.keys(accountArns);
    const technicalAccount = attributes.technicalAccount ?? (moreAccounts.length === 0 ? onlyAccount : undefined);
    this.environment = parseEnvironment(attributes.environment);
    this.application = name;
    this.attributes = attributes;
    if (tokenSecretArn !== undefined) {
      checkArn("tokenSecretArn", tokenSecretArn, tokenSecretName(this.environment, name), attributes);
    }
    this.accessToken = new ImportedSecret(
      this,
      "token",
      tokenSecretName(this.environment, name),
      attributes,
      tokenSecretArn,
    );
    this.environmentVariables = consumerVariables({
      environment: this.environment,
      application: name,
      reserveInMinutes,
      account: technicalAccount,
      tokenSecretArn,
      accountSecretArn: accountArns[technicalAccount ?? DEFAULT_ACCOUNT],
    });
    for (const account of Object.keys(accountArns)) this.account(account);
  }

  /** @throws Error for an invalid name, or if the token's ARN is set and the account's is not. */
  account(name: string): IPisteSecret {
    checkName("account", name);
    const id = `technical-account-${name}`;
    const known = this.node.tryFindChild(id) as (Construct & IPisteSecret) | undefined;
    const secretName = technicalAccountSecretName(this.environment, this.application, name);
    const arn = this.attributes.technicalAccountSecretArns?.[name];
    if (arn === undefined && this.attributes.tokenSecretArn !== undefined) {
      throw new Error(
        `technicalAccountSecretArns.${name} must be set beside tokenSecretArn, got none; if it is in this account, ` +
          "import it with TechnicalAccountSecret.fromSecretName",
      );
    }
    if (arn !== undefined) checkArn(`technicalAccountSecretArns.${name}`, arn, secretName, this.attributes);
    return known ?? new ImportedSecret(this, id, secretName, this.attributes, arn);
  }

  metric(key: PisteMetricKey): Metric {
    return pisteMetric(key, this.environment, this.application);
  }
}

/** @throws Error when the ARN is another secret's, or a reference without `encryptionKeyArn`. */
function checkArn(property: string, arn: string, secretName: string, { encryptionKeyArn }: SecretAttributes): void {
  if (!Token.isUnresolved(arn)) {
    if (nameInSecretArn(arn, property) === secretName) return;
    throw new Error(`${property} must be the ARN of the secret ${secretName}, got ${JSON.stringify(arn)}`);
  }
  // The client checks the name at run time. A secret of another account also needs rights on its key.
  if (encryptionKeyArn !== undefined) return;
  throw new Error(
    `encryptionKeyArn must be set beside a reference, since its account is not known, got none for ${property}`,
  );
}

function checkReserve(property: string, minutes: number): void {
  if (!Number.isInteger(minutes) || minutes < SHORTEST_RESERVE_IN_MINUTES || minutes > LONGEST_RESERVE_IN_MINUTES) {
    throw new Error(
      `${property} must be a whole number from ${SHORTEST_RESERVE_IN_MINUTES} to ${LONGEST_RESERVE_IN_MINUTES}, got ${shown(minutes)}`,
    );
  }
}
