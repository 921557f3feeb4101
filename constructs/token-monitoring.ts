import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import type { RefreshSettings } from "../lambda/token-refresh/contract";
import { checkList } from "../piste/application";
import { parseEnvironment, type Environment } from "../piste/environments";
import { alarmName, isPasswordAlarm, TOKEN_ALARMS, tokenAlarmPlan, type TokenAlarmName } from "../aws/alarms/alarms";
import { checkRunbookBaseUrl } from "../aws/checks";
import { alarmActionsOf, type AlarmTopics } from "./internal/alarm-topics";
import { refuseWhatAwsRefuses } from "./internal/refusals/refused-by-aws";

export interface TokenMonitoringProps extends AlarmTopics {
  readonly environment: Environment;
  readonly application: string;
  /** How the refresher is set: the alarms' thresholds follow from it. */
  readonly settings: RefreshSettings;
  /** The refresher's function, whose failures are alarmed. */
  readonly functionName: string;
  /** Where the client credentials are, for whoever has to store new ones. */
  readonly clientSecretName: string;
  /**
   * Whether passwords of technical accounts can expire.
   * @default false
   */
  readonly hasTechnicalAccounts?: boolean;
  /**
   * Alarms that are not wanted, by their names.
   * @default - none: all are made
   */
  readonly omittedAlarms?: TokenAlarmName[];
  /**
   * The https address of a copy of docs/runbooks/ that can be opened at night, for the alarms' mails.
   * @default - mails name the file in the cdktf-piste repository
   */
  readonly runbookBaseUrl?: string;
  /** @default - the provider's default tags only */
  readonly tags?: { readonly [key: string]: string };
}

/**
 * Says who has to act, and why, when the token cannot be kept valid: see docs/runbooks/. A first deployment raises
 * nothing: before credentials are stored no token can lapse, and before the first tick there is no silence.
 */
export class TokenMonitoring extends Construct {
  readonly alarmNames: string[];
  /** The provider's resources by the alarms' short names, for what this construct has no option for. */
  readonly alarms: { readonly [name: string]: CloudwatchMetricAlarm };

  /** @throws Error when `omittedAlarms` names one that is not known, or `runbookBaseUrl` is no https address. */
  constructor(scope: Construct, id: string, props: TokenMonitoringProps) {
    super(scope, id);
    refuseWhatAwsRefuses(this);
    const { hasTechnicalAccounts = false, omittedAlarms = [] } = props;
    const environment = parseEnvironment(props.environment);
    checkOmitted(omittedAlarms);
    checkRunbookBaseUrl(props.runbookBaseUrl);
    const wanted = TOKEN_ALARMS.filter(
      (name) => !omittedAlarms.includes(name) && (hasTechnicalAccounts || !isPasswordAlarm(name)),
    );
    this.alarms = Object.fromEntries(
      wanted.map((name) => {
        const plan = tokenAlarmPlan(name, { ...props, environment });
        const actions = alarmActionsOf(environment, name, props);
        return [name, new CloudwatchMetricAlarm(this, name, { ...plan, ...actions, tags: props.tags })];
      }),
    );
    this.alarmNames = wanted.map((name) => alarmName({ ...props, environment }, name));
  }
}

function checkOmitted(names: readonly string[]): void {
  checkList("omittedAlarms", names);
  const known: readonly string[] = TOKEN_ALARMS;
  for (const name of names) {
    if (!known.includes(name)) {
      throw new Error(`omittedAlarms must be among ${known.join(", ")}, got ${JSON.stringify(name)}`);
    }
  }
}
