import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { MOST_TECHNICAL_ACCOUNTS } from "../lambda/token-refresh/contract";
import { checkApplication } from "../piste/application";
import type { Environment } from "../piste/environments";
import { technicalAccountSecretName } from "../piste/names";
import { resourceName } from "../aws/names";
import { ApplicationDescription } from "./application-description";
import { AccessTokenSecret } from "./access-token-secret";
import { alarmTopics, type AlarmTopics } from "./internal/alarm-topics";
import { ClientCredentialsSecret } from "./client-credentials-secret";
import {
  accessAlarmOf,
  checkApplicationProperties,
  type PisteApplicationProps,
} from "./internal/application-properties";
import { ConnectionCheck } from "./connection-check";
import { CredentialsAccessAlarm } from "./credentials-access-alarm";
import { consumerVariables } from "./internal/consumer-variables";
import {
  ExistingApplication,
  type ApplicationAttributes,
  type IPisteApplication,
} from "./internal/existing-application";
import { checkLandingZone } from "./landing-zone";
import { claimName, claimPrefix } from "./internal/unique-names";
import { pisteMetric, type Metric, type PisteMetricKey } from "../aws/alarms/metric";
import { READ_WITH_KEY, readCurrentStatement, useKeyStatement } from "../aws/policy-statements";
import { grant, type Role } from "./internal/role-grants";
import type { IPisteSecret } from "./internal/secrets/secret-base";
import { secretArnByName } from "./internal/stack-singletons";
import { TechnicalAccountSecret } from "./technical-account-secret";
import { TokenMonitoring } from "./token-monitoring";
import { TokenRefresher } from "./token-refresher";
import { checkAgainstAwsRules } from "./internal/refusals/refused-by-aws";

/**
 * Everything for one PISTE application: secrets for its client credentials and technical accounts, created empty; an
 * access token that a refresher keeps valid; alarms; and a description that `npx piste` reads.
 *
 * A consumer reads one secret: `application.accessToken.grantRead(role)`.
 *
 * @example
 * import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
 * import type { TerraformStack } from "cdktf";
 * import { PisteApplication } from "cdktf-piste";
 *
 * export function invoicing(stack: TerraformStack, consumer: IamRole): void {
 *   const piste = new PisteApplication(stack, "piste", {
 *     environment: "qualif",
 *     name: "chorus-pro",
 *     technicalAccounts: [
 *       { name: "default", structure: { identifier: "12345678901234", identifierType: "SIRET" } },
 *     ],
 *     alarmEmails: ["equipe-facturation@exemple.fr"],
 *   });
 *   piste.accessToken.grantRead(consumer);
 *   piste.account("default").grantRead(consumer);
 * }
 */
export class PisteApplication extends Construct implements IPisteApplication {
  /**
   * References an application of another stack by its name, even one that is not deployed yet.
   *
   * @throws Error naming the invalid attribute, the rule and the value.
   */
  static fromApplicationName(scope: Construct, id: string, attributes: ApplicationAttributes): IPisteApplication {
    return new ExistingApplication(scope, id, attributes);
  }

  readonly clientCredentials: IPisteSecret;
  readonly accessToken: IPisteSecret;
  /** By the account's name. */
  readonly technicalAccounts: { readonly [account: string]: IPisteSecret };
  readonly refresher: TokenRefresher;
  readonly monitoring: TokenMonitoring;
  /** In qualif both are the same topic. */
  readonly alarmTopics: AlarmTopics;
  /** Set if the prop `connectionCheck` is true. */
  readonly connectionCheck?: ConnectionCheck;
  /** Set if the prop `accessAlarm` is. */
  readonly accessAlarm?: CredentialsAccessAlarm;
  /** For a function or a container that uses `createPisteClient` of `cdktf-piste/client`; nothing secret. */
  readonly environmentVariables: { readonly [name: string]: string };
  readonly alarmNames: string[];
  /** The SSM parameter that describes the application; the pages of its accounts are below it. */
  readonly descriptionParameterName: string;

  private readonly environment: Environment;
  private readonly application: string;
  private readonly namePrefix?: string;

  /** @throws Error naming the invalid prop, the rule and the value. */
  constructor(scope: Construct, id: string, props: PisteApplicationProps) {
    super(scope, id);
    checkAgainstAwsRules(this);
    checkApplicationProperties(props);
    const checked = checkApplication(props, (value) => Token.isUnresolved(value));
    checkAccounts(checked.technicalAccounts.length);
    const { environment, name: application } = checked;
    claimName(this, environment, application);
    this.environment = environment;
    this.application = application;
    const zone = checkLandingZone(props.landingZone);
    this.namePrefix = zone.namePrefix;
    claimPrefix(this, environment, application, zone.namePrefix);
    const { protection, landingZone: given } = props;
    const secretProps = { environment, application, protection, landingZone: given };

    this.clientCredentials = props.clientCredentials ?? new ClientCredentialsSecret(this, "client", secretProps);
    const accounts = checked.technicalAccounts.map(({ name: account }) => {
      const id = `technical-account-${account}`;
      return [account, new TechnicalAccountSecret(this, id, { ...secretProps, account })] as const;
    });
    this.technicalAccounts = Object.fromEntries(accounts);
    this.accessToken = new AccessTokenSecret(this, "token", secretProps);
    this.refresher = new TokenRefresher(this, "refresher", {
      ...props,
      environment,
      application,
      scope: checked.scope,
      clientCredentials: this.clientCredentials,
      accessToken: this.accessToken,
      hasTechnicalAccounts: checked.technicalAccounts.length > 0,
    });
    const accessAlarm = accessAlarmOf(props.accessAlarm);
    this.alarmTopics = alarmTopics(this, environment, resourceName(environment, application, zone.namePrefix), {
      ...props,
      allowEventBridge: accessAlarm !== undefined,
    });
    const landingZone = { ...zone, ...this.alarmTopics };
    this.monitoring = new TokenMonitoring(this, "monitoring", {
      refresher: this.refresher,
      omittedAlarms: props.omittedAlarms,
      landingZone,
    });
    if (props.connectionCheck === true) {
      this.connectionCheck = new ConnectionCheck(this, "connection-check", {
        environment,
        application,
        accessToken: this.accessToken,
        refresherArn: this.refresher.functionArn,
        technicalAccountKeyArns: [zone, ...Object.values(this.technicalAccounts)].flatMap(
          ({ encryptionKeyArn: arn }) => arn ?? [],
        ),
        landingZone,
      });
    }
    if (accessAlarm !== undefined) {
      const { refresher } = this;
      this.accessAlarm = new CredentialsAccessAlarm(this, "access-alarm", { ...accessAlarm, refresher, landingZone });
    }
    const [onlyAccount, ...moreAccounts] = checked.technicalAccounts;
    this.environmentVariables = consumerVariables({
      environment,
      application,
      reserveInMinutes: this.refresher.settings.reserveInMinutes,
      account: moreAccounts.length === 0 ? onlyAccount?.name : undefined,
    });
    this.alarmNames = [...this.monitoring.alarmNames, ...(this.connectionCheck?.alarmNames ?? [])];

    const { pisteApplicationName, apis, technicalAccounts } = checked;
    const description = new ApplicationDescription(this, "description", {
      pisteApplicationName,
      apis,
      technicalAccounts,
      refresher: this.refresher,
      alarmNames: this.alarmNames,
      landingZone,
    });
    this.descriptionParameterName = description.parameterName;
    this.refresher.checkPasswordsAfter(accounts.map(([, { resource }]) => resource));
  }

  metric(key: PisteMetricKey): Metric {
    return pisteMetric(key, this.environment, this.application);
  }

  /** Lets the role read all technical accounts with one policy. Single grants fit about thirty accounts into a role. */
  grantReadTechnicalAccounts(role: Role): IamRolePolicy {
    const { environment, application } = this;
    const accounts = secretArnByName(this, technicalAccountSecretName(environment, application, "*"));
    const keys = new Set(Object.values(this.technicalAccounts).flatMap(({ encryptionKeyArn: arn }) => arn ?? []));
    return grant(this, role, "read", `${resourceName(environment, application, this.namePrefix)}-technical-accounts`, [
      readCurrentStatement(accounts),
      ...[...keys].map((key) => useKeyStatement(key, READ_WITH_KEY, accounts)),
    ]);
  }

  /** @throws Error when the application has no technical account of that name. */
  account(name: string): IPisteSecret {
    const account = this.technicalAccounts[name];
    if (account === undefined) {
      throw new Error(
        `account must be one of ${Object.keys(this.technicalAccounts).join(", ") || "none"}, got ${JSON.stringify(name)}; ` +
          "add it to technicalAccounts, which creates its secret",
      );
    }
    return account;
  }
}

/** @throws Error when one run cannot check that many. */
function checkAccounts(count: number): void {
  if (count <= MOST_TECHNICAL_ACCOUNTS) return;
  throw new Error(
    `technicalAccounts must have at most ${MOST_TECHNICAL_ACCOUNTS} accounts in one application, as many as one run can check, ` +
      `got ${count}; give the rest to another application, with another name and the same clientCredentials`,
  );
}
