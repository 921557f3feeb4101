import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { Token } from "cdktf";
import { Construct } from "constructs";
import {
  checkApplication,
  DEFAULT_PASSWORD_LIFETIME_IN_DAYS,
  type ApplicationConfiguration,
} from "../piste/application";
import { describe } from "../piste/description";
import { technicalAccountSecretName, tokenSecretName } from "../piste/names";
import { checkLandingZone, type LandingZone } from "./landing-zone";
import { checkAgainstAwsRules } from "./internal/refusals/refused-by-aws";
import type { TokenRefresher } from "./token-refresher";

export interface ApplicationDescriptionProps extends Omit<ApplicationConfiguration, "environment" | "name" | "scope"> {
  /** The application's refresher. */
  readonly refresher: TokenRefresher;
  /**
   * The names of the application's alarms, from `TokenMonitoring` and `ConnectionCheck`.
   * @default - none
   */
  readonly alarmNames?: string[];
  /** @default - none */
  readonly landingZone?: LandingZone;
}

/**
 * SSM parameters that describe an application: the names of its resources, and nothing secret. `npx piste`, the
 * connection check and the refresher's check of passwords read them. `PisteApplication` contains one; add one to an
 * application that you compose from single constructs.
 */
export class ApplicationDescription extends Construct {
  /** The application's parameter; the pages of its technical accounts are below it. */
  readonly parameterName: string;
  /** The provider's resources, the application's first. */
  readonly parameters: SsmParameter[];

  /** @throws Error naming the invalid prop, the rule and the value. */
  constructor(scope: Construct, id: string, props: ApplicationDescriptionProps) {
    super(scope, id);
    checkAgainstAwsRules(this);
    const { refresher, alarmNames = [], landingZone, ...configuration } = props;
    const { environment, application } = refresher;
    const { tags } = checkLandingZone(landingZone);
    const checked = checkApplication(
      { ...configuration, environment, name: application, scope: refresher.scope },
      (value) => Token.isUnresolved(value),
    );
    const deployed = {
      clientSecret: refresher.clientCredentials.secretName,
      tokenSecret: tokenSecretName(environment, application),
      function: refresher.functionName,
      schedule: { group: refresher.scheduleGroupName, name: refresher.scheduleName },
      alarms: alarmNames,
    };
    const accounts = checked.technicalAccounts.map(
      ({ passwordLifetimeInDays = DEFAULT_PASSWORD_LIFETIME_IN_DAYS, ...account }) => ({
        ...account,
        secret: technicalAccountSecretName(environment, application, account.name),
        passwordLifetimeInDays,
      }),
    );
    this.parameters = describe(checked, deployed, accounts).map(
      ({ name, value }, page) =>
        new SsmParameter(this, page === 0 ? "Default" : `accounts-${page}`, {
          name,
          description: `Describes the PISTE application ${application} (${environment}); nothing secret`,
          type: "String",
          // Not secret, so a plan may show its changes.
          insecureValue: value,
          tags,
        }),
    );
    this.parameterName = this.parameters[0]?.nameInput ?? "";
    refresher.checkPasswordsAfter(this.parameters);
  }
}
