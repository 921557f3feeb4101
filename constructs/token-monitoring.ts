import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import { checkKnown, checkList } from "../piste/options";
import type { AlarmedRefresher } from "../aws/alarms/alarm";
import { isPasswordAlarm, TOKEN_ALARMS, tokenAlarmPlan, type TokenAlarmName } from "../aws/alarms/alarms";
import { checkLandingZone, type LandingZone } from "./landing-zone";
import { followedName } from "./internal/followed-name";
import { alarmActionsOf } from "./internal/alarm-topics";
import { checkAgainstAwsRules } from "./internal/refusals/refused-by-aws";
import type { TokenRefresher } from "./token-refresher";

export interface TokenMonitoringProps {
  /** The refresher to watch; its settings determine the thresholds. */
  readonly refresher: TokenRefresher;
  /**
   * Alarms to leave out, by their short names.
   * @default - none
   */
  readonly omittedAlarms?: TokenAlarmName[];
  /** Must contain the alarm topics. */
  readonly landingZone: LandingZone;
}

/**
 * Alarms that say who must act, and why, when the token cannot be kept valid: docs/runbooks/. They stay quiet during a
 * first deployment, until credentials are stored and the first tick runs.
 */
export class TokenMonitoring extends Construct {
  readonly alarmNames: string[];
  /** The provider's resources by the alarms' short names, for settings without an option. */
  readonly alarms: { readonly [name: string]: CloudwatchMetricAlarm };

  /** @throws Error when `omittedAlarms` names an unknown alarm. */
  constructor(scope: Construct, id: string, props: TokenMonitoringProps) {
    super(scope, id);
    checkAgainstAwsRules(this);
    const { refresher, omittedAlarms = [] } = props;
    const { environment, application, settings, functionName, passwordsSchedule } = refresher;
    checkOmitted(omittedAlarms);
    const zone = checkLandingZone(props.landingZone);
    const { namePrefix, runbookBaseUrl, tags } = zone;
    const included = TOKEN_ALARMS.filter(
      (name) => !omittedAlarms.includes(name) && (passwordsSchedule !== undefined || !isPasswordAlarm(name)),
    );
    const subject: AlarmedRefresher = {
      environment,
      application,
      namePrefix,
      runbookBaseUrl,
      settings,
      clientSecretName: refresher.clientCredentials.secretName,
      functionName,
      scheduleGroupName: refresher.scheduleGroupName,
      scheduleName: refresher.scheduleName,
      passwordsScheduleName: passwordsSchedule && followedName(passwordsSchedule, "name"),
    };
    this.alarms = Object.fromEntries(
      included.map((name) => {
        const actions = alarmActionsOf(environment, name, zone);
        return [name, new CloudwatchMetricAlarm(this, name, { ...tokenAlarmPlan(name, subject), ...actions, tags })];
      }),
    );
    this.alarmNames = Object.values(this.alarms).map((alarm) => followedName(alarm, "alarm_name"));
  }
}

function checkOmitted(names: readonly string[]): void {
  checkList("omittedAlarms", names);
  names.forEach((name, index) => {
    checkKnown(`omittedAlarms[${index}]`, name, TOKEN_ALARMS);
  });
}
