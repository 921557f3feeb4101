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
import { refuseWhatAwsRefuses } from "./internal/refusals/refused-by-aws";
import type { TokenRefresher } from "./token-refresher";

export interface ApplicationDescriptionProps extends Omit<ApplicationConfiguration, "environment" | "name" | "scope"> {
  /** The one that keeps the application's token valid; it says which application it is. */
  readonly refresher: TokenRefresher;
  /**
   * The names of its alarms: attributes of `TokenMonitoring` and `ConnectionCheck`.
   * @default - none
   */
  readonly alarmNames?: string[];
  /** @default - none */
  readonly landingZone?: LandingZone;
}

/**
 * What programs know an application by: SSM parameters with the names of what was deployed, and nothing secret. With it
 * `npx piste`, the connection check and the refresher's look at passwords find an application that is made of its parts;
 * `PisteApplication` has one.
 */
export class ApplicationDescription extends Construct {
  /** Pages of technical accounts are below it. */
  readonly parameterName: string;
  /** The provider's resources, the application's first. */
  readonly parameters: SsmParameter[];

  /** @throws Error when a prop breaks its rule, naming the prop, the rule and the value. */
  constructor(scope: Construct, id: string, props: ApplicationDescriptionProps) {
    super(scope, id);
    refuseWhatAwsRefuses(this);
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
          description: `What is deployed for the PISTE application ${application} (${environment}); nothing secret`,
          type: "String",
          // Nothing in it is secret, so a plan may show what changes.
          insecureValue: value,
          tags,
        }),
    );
    this.parameterName = this.parameters[0]?.nameInput ?? "";
    refresher.lookAtPasswordsAfter(this.parameters);
  }
}
