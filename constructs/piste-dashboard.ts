import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { Construct } from "constructs";
import { checkDifferent } from "../piste/options";
import type { Environment } from "../piste/environments";
import { dashboardName } from "../aws/names";
import { chunks, dashboardBody, LIMITS, type Row, type Widget } from "./internal/dashboard-body";
import { DashboardGraphs, FEW_APPLICATIONS } from "./internal/dashboard-graphs";
import { checkAgainstAwsRules } from "./internal/refusals/refused-by-aws";
import { checkLandingZone, type LandingZone } from "./landing-zone";
import { accountArn, regionOf } from "./internal/stack-singletons";
import type { TokenRefresher } from "./token-refresher";

/** An application to show, such as a `PisteApplication`. */
export interface DashboardApplication {
  /** Its `TokenRefresher`. */
  readonly refresher: Pick<TokenRefresher, "environment" | "application" | "settings" | "logGroupName">;
  /**
   * The names of its alarms: an attribute of `TokenMonitoring`.
   * @default - none
   */
  readonly alarmNames?: string[];
}

export interface PisteDashboardProps {
  /**
   * With more than ten, graphs show all applications of the environment in this account and region, also those of
   * other stacks.
   */
  readonly applications: DashboardApplication[];
  /** @default - none */
  readonly landingZone?: LandingZone;
}

/** Above this the console's list of alarms is easier to read. */
const MOST_ALARM_WIDGETS = 6;
const ALARMS_ABREAST = 8;
const SHOWN_FAILURES = 50;

/**
 * One dashboard for all applications of an environment, `piste-<environment>`: alarms, time left on each token,
 * refreshes and failures, PISTE's latency, latest failures, passwords.
 */
export class PisteDashboard extends Construct {
  readonly dashboardName: string;
  /** The provider's resource, for settings without an option. */
  readonly resource: CloudwatchDashboard;

  /** @throws Error for an invalid prop, or when the dashboard exceeds a limit of CloudWatch. */
  constructor(scope: Construct, id: string, props: PisteDashboardProps) {
    super(scope, id);
    checkAgainstAwsRules(this);
    const refreshers = props.applications.map(({ refresher }) => refresher);
    const environment = environmentOf(refreshers);
    const { namePrefix } = checkLandingZone(props.landingZone);
    const alarmNames = props.applications.flatMap(({ alarmNames: names = [] }) => names);
    const region = regionOf(this);
    const graphs = new DashboardGraphs(environment, region, refreshers);

    this.dashboardName = dashboardName(environment, namePrefix);
    const body = dashboardBody(this.dashboardName, [
      this.alarmStates(region, alarmNames, refreshers.length),
      { height: 8, abreast: 2, widgets: graphs.timeLeft() },
      { height: 6, abreast: 2, widgets: [graphs.outcomes(), graphs.latency()] },
      { height: 7, abreast: 1, widgets: latestFailures(region, refreshers) },
      { height: 5, abreast: 1, widgets: [graphs.passwords()] },
      { height: 2, abreast: 1, widgets: [explanation(environment, refreshers)] },
    ]);
    this.resource = new CloudwatchDashboard(this, "dashboard", {
      dashboardName: this.dashboardName,
      dashboardBody: body,
    });
  }

  /** All alarms of few applications; of many, only those in alarm. */
  private alarmStates(region: string, names: readonly string[], applications: number): Row {
    const areFew = applications <= FEW_APPLICATIONS;
    const parts = chunks(names, LIMITS.alarmsOfWidget);
    if (parts.length > MOST_ALARM_WIDGETS) {
      const list = `https://console.aws.amazon.com/cloudwatch/home?region=${region}#alarmsV2:`;
      const markdown = `**[Alarms](${list})**: ${names.length} are too many to show here. Search for \`${this.dashboardName}-\` and the state *In alarm*.`;
      return { height: 2, abreast: 1, widgets: [{ type: "text", properties: { markdown } }] };
    }
    const widgets = parts.map((part, index): Widget => {
      const title = areFew ? "Alarms" : "Alarms in the state ALARM";
      return {
        type: "alarm",
        properties: {
          title: parts.length === 1 ? title : `${title} (${index + 1} of ${parts.length})`,
          alarms: part.map((name) => accountArn(this, "cloudwatch", `alarm:${name}`)),
          sortBy: "stateUpdatedTimestamp",
          ...(areFew ? {} : { states: ["ALARM"] }),
        },
      };
    });
    const lines = areFew ? Math.ceil(Math.min(names.length, LIMITS.alarmsOfWidget) / ALARMS_ABREAST) : 2;
    return { height: 1 + Math.min(2 * lines, 7), abreast: 3, widgets };
  }
}

type Refreshers = readonly DashboardApplication["refresher"][];

function environmentOf(refreshers: Refreshers): Environment {
  const [environment, ...more] = new Set(refreshers.map((refresher) => refresher.environment));
  if (environment === undefined || more.length > 0) {
    const got = environment === undefined ? "no application" : [environment, ...more].join(" and ");
    throw new Error(`applications must be one or more of one environment, got ${got}`);
  }
  checkDifferent(
    "applications must have different names",
    refreshers.map(({ application }) => application),
  );
  return environment;
}

function latestFailures(region: string, refreshers: Refreshers): Widget[] {
  const parts = chunks(refreshers, LIMITS.logGroupsOfQuery);
  return parts.map((part, index) => ({
    type: "log",
    properties: {
      title: parts.length === 1 ? "Latest failures" : `Latest failures (${index + 1} of ${parts.length})`,
      region,
      view: "table",
      query: [
        `${part.map(({ logGroupName }) => `SOURCE '${logGroupName}'`).join(" | ")} | fields @timestamp, Application, class, reason, meaning`,
        'filter outcome in ["failed", "error"]',
        "sort @timestamp desc",
        `limit ${SHOWN_FAILURES}`,
      ].join("\n| "),
    },
  }));
}

function explanation(environment: Environment, [first]: Refreshers): Widget {
  const markdown =
    `Made by cdktf-piste for ${environment}: the next deployment overwrites changes made in the console. ` +
    `Each alarm's description says who must act, and the first command to type. The log of ${first?.application}: ` +
    `\`aws logs tail ${first?.logGroupName} --since 1h\`.`;
  return { type: "text", properties: { markdown } };
}
