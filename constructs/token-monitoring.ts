import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import { lapsingWhenSecondsLeft, SECONDS_PER_MINUTE, type RefreshSettings } from "../lambda/token-refresh/contract";
import type { Environment } from "../piste/environments";
import { resourceName, scheduleGroupName, tickScheduleName, tokenRefreshLogGroupName } from "../piste/names";
import { pisteMetric } from "./metric";

export interface TokenMonitoringProps {
  readonly environment: Environment;
  readonly application: string;
  /** How the refresher is set: the alarms' thresholds follow from it. */
  readonly settings: RefreshSettings;
  /** Where the client credentials are, for whoever has to store new ones. */
  readonly clientSecretName: string;
  /** The ARN of the SNS topic that alarms are published to. */
  readonly alarmTopicArn: string;
  /** @default - the provider's default tags only */
  readonly tags?: { readonly [key: string]: string };
}

/** So many ticks have to be missing before the refresher counts as silent. */
const SILENT_TICKS = 5;
/** Of so many: the window must still hold a tick that ran, or there is nothing to compare with. */
const SILENCE_WINDOW_IN_TICKS = 10;

/**
 * Says when the token is about to lapse, and when the refresher has stopped. A first deployment raises neither: before
 * credentials are stored no token can lapse, and before the first tick there is no silence.
 */
export class TokenMonitoring extends Construct {
  readonly alarmNames: string[];
  readonly tokenLapsing: CloudwatchMetricAlarm;
  readonly refresherSilent: CloudwatchMetricAlarm;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: TokenMonitoringProps,
  ) {
    super(scope, id);
    const { environment, application, settings } = props;
    const logs = `aws logs tail ${tokenRefreshLogGroupName(environment, application)} --since 1h`;
    const schedule =
      `aws scheduler get-schedule --group-name ${scheduleGroupName(environment, application)} ` +
      `--name ${tickScheduleName(environment, application)}`;
    const period = settings.tickInMinutes * SECONDS_PER_MINUTE;
    const left = pisteMetric("secondsToExpiry", environment, application);
    const ticks = pisteMetric("ticks", environment, application);

    this.tokenLapsing = this.alarm("token-lapsing", {
      alarmDescription:
        `The access token of ${application} (${environment}) could not be refreshed for ` +
        `${settings.outageToleranceInMinutes} minutes and lapses in a few. Cause: PISTE is down, or the client ` +
        `credentials are refused. Look first: ${logs} (\`class\` and \`meaning\` of each line). ` +
        `Refused: store the pair of the PISTE portal in ${props.clientSecretName}.`,
      namespace: left.namespace,
      metricName: left.metricName,
      dimensions: left.dimensions,
      statistic: left.statistic,
      period,
      evaluationPeriods: 1,
      comparisonOperator: "LessThanThreshold",
      threshold: lapsingWhenSecondsLeft(settings),
      // Without credentials nothing is reported, and a refresher that reports nothing has an alarm of its own.
      treatMissingData: "notBreaching",
    });
    this.refresherSilent = this.alarm("refresher-silent", {
      alarmDescription:
        `The token refresher of ${application} (${environment}) has not run for ${SILENT_TICKS} ticks. Cause: ours, ` +
        `never PISTE's: the schedule is off, its role may not invoke the function, or the function fails before it ` +
        `reports. Look first: ${schedule}, then ${logs}.`,
      metricQuery: [
        {
          id: "ticks",
          metric: {
            namespace: ticks.namespace,
            metricName: ticks.metricName,
            dimensions: ticks.dimensions,
            stat: ticks.statistic,
            period,
          },
          returnData: false,
        },
        {
          // Zero where ticks are missing after one that ran; no value at all before the first, since a missing
          // factor makes the product missing. So silence is an alarm and a new deployment is none.
          id: "ticks_since_the_first",
          expression: "FILL(ticks, 0) * FILL(ticks, REPEAT)",
          label: "Ticks since the first",
          returnData: true,
        },
      ],
      evaluationPeriods: SILENCE_WINDOW_IN_TICKS,
      datapointsToAlarm: SILENT_TICKS,
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      // Once the last tick has left the window, the alarm stays as it is.
      treatMissingData: "ignore",
    });
    this.alarmNames = [this.tokenLapsing, this.refresherSilent].map(({ alarmNameInput }) => alarmNameInput ?? "");
  }

  private alarm(name: string, config: Omit<CloudwatchMetricAlarmConfig, "alarmName">): CloudwatchMetricAlarm {
    const { environment, application, alarmTopicArn, tags } = this.props;
    return new CloudwatchMetricAlarm(this, name, {
      ...config,
      alarmName: `${resourceName(environment, application)}-${name}`,
      alarmActions: [alarmTopicArn],
      okActions: [alarmTopicArn],
      tags,
    });
  }
}
