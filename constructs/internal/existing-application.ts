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
import { checkOptions, judgedElsewhere, shown, type Rules } from "../../piste/options";
import { consumerVariables } from "./consumer-variables";
import { pisteMetric, type Metric, type PisteMetricKey } from "../../aws/alarms/metric";
import { ImportedSecret, nameInSecretArn, type SecretAttributes } from "./secrets/imported-secret";
import type { IPisteSecret } from "./secrets/secret-base";
import { refuseWhatAwsRefuses } from "./refusals/refused-by-aws";

/** What a consumer's stack needs of an application, made here or found by its name. */
export interface IPisteApplication extends IConstruct {
  /** Where its token is: `accessToken.grantRead(role)`. */
  readonly accessToken: IPisteSecret;
  /** What `createPisteClient` of `cdktf-piste/client` reads, for a function or a container; nothing secret. */
  readonly environmentVariables: { readonly [name: string]: string };
  /** Where a technical account is: `account("default").grantRead(role)`. */
  account(name: string): IPisteSecret;
  /** A metric of its refresher or of its connection check, for an alarm or a dashboard. */
  metric(key: PisteMetricKey): Metric;
}

/** How an application that exists was made. */
export interface ApplicationAttributes extends SecretAttributes {
  readonly environment: Environment;
  /** @default "chorus-pro" */
  readonly name?: string;
  /** @default 5 */
  readonly reserveInMinutes?: number;
  /**
   * The technical account that calls carry when none is named.
   * @default - the one of technicalAccountSecretArns, or "default"
   */
  readonly technicalAccount?: string;
  /**
   * The whole ARN of the token's secret, for an application of another AWS account or region: `accessToken.secretArn` there.
   * @default - the secret of its name in this account and region
   */
  readonly tokenSecretArn?: string;
  /**
   * The whole ARNs of its technical accounts' secrets, by the account's name.
   * @default - the secrets of their names in this account and region; none beside tokenSecretArn
   */
  readonly technicalAccountSecretArns?: { readonly [account: string]: string };
}

const ATTRIBUTE_RULES: Rules<ApplicationAttributes> = {
  environment: judgedElsewhere,
  name: checkName,
  reserveInMinutes: checkReserve,
  technicalAccount: checkName,
  tokenSecretArn: judgedElsewhere,
  technicalAccountSecretArns: judgedElsewhere,
  encryptionKeyArn: judgedElsewhere,
  namePrefix: checkName,
};

/** An application that another stack makes, or will: its names say all, so neither stack has to know the other. */
export class ExistingApplication extends Construct implements IPisteApplication {
  readonly accessToken: IPisteSecret;
  readonly environmentVariables: { readonly [name: string]: string };
  private readonly environment: Environment;
  private readonly application: string;
  private readonly attributes: ApplicationAttributes;

  /** @throws Error when an attribute breaks its rule, naming it, the rule and the value. */
  constructor(scope: Construct, id: string, attributes: ApplicationAttributes) {
    super(scope, id);
    refuseWhatAwsRefuses(this);
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

  /** @throws Error when no account can have that name, or its ARN is not known while the token's is. */
  account(name: string): IPisteSecret {
    checkName("account", name);
    const id = `technical-account-${name}`;
    const known = this.node.tryFindChild(id) as (Construct & IPisteSecret) | undefined;
    const secretName = technicalAccountSecretName(this.environment, this.application, name);
    const arn = this.attributes.technicalAccountSecretArns?.[name];
    if (arn === undefined && this.attributes.tokenSecretArn !== undefined) {
      throw new Error(
        `technicalAccountSecretArns.${name} must be set beside tokenSecretArn, got none; of this account, ` +
          "TechnicalAccountSecret.fromSecretName imports it",
      );
    }
    if (arn !== undefined) checkArn(`technicalAccountSecretArns.${name}`, arn, secretName, this.attributes);
    return known ?? new ImportedSecret(this, id, secretName, this.attributes, arn);
  }

  metric(key: PisteMetricKey): Metric {
    return pisteMetric(key, this.environment, this.application);
  }
}

/** @throws Error when the ARN is of another secret than the name, or a reference whose key nobody could tell. */
function checkArn(property: string, arn: string, secretName: string, { encryptionKeyArn }: SecretAttributes): void {
  if (!Token.isUnresolved(arn)) {
    if (nameInSecretArn(arn, property) === secretName) return;
    throw new Error(`${property} must be of the secret ${secretName}, got ${JSON.stringify(arn)}`);
  }
  // The client looks at the name in it before it reads. Of another account, rights on the key are needed, too.
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
