import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { Construct } from "constructs";
import { DEFAULT_REFRESH_SETTINGS, type RefreshSettings } from "../lambda/token-refresh/contract";
import { checkDifferent } from "../piste/application";
import { parseEnvironment, type Environment } from "../piste/environments";
import { checkName } from "../piste/names";
import { dashboardName, tokenRefreshLogGroupName } from "../aws/names";
import { chunks, dashboardBody, LIMITS, type Row, type Widget } from "./internal/dashboard-body";
import { DashboardGraphs, FEW_APPLICATIONS } from "./internal/dashboard-graphs";
import { refuseWhatAwsRefuses } from "./internal/refusals/refused-by-aws";
import { checkLandingZone, type LandingZone } from "./landing-zone";
import { accountArn, regionOf } from "./internal/stack-singletons";

/** What the dashboard shows of an application. */
export interface DashboardApplication {
  /** The name of the PISTE application. */
  readonly name: string;
  /**
   * How its refresher is set: an attribute of `TokenRefresher`.
   * @default - the refresher's defaults
   */
  readonly settings?: RefreshSettings;
  /**
   * The names of its alarms: an attribute of `TokenMonitoring`.
   * @default - none is shown
   */
  readonly alarmNames?: string[];
  /**
   * Where its failures are logged.
   * @default - the log group of its token refresher
   */
  readonly logGroupNames?: string[];
}

export interface PisteDashboardProps {
  readonly environment: Environment;
  /** Beyond ten, graphs show all applications of the environment in this account and region, whoever made them. */
  readonly applications: DashboardApplication[];
  /** @default - none */
  readonly landingZone?: LandingZone;
}

/** Beyond, the console's own list of alarms is handier. */
const MOST_ALARM_WIDGETS = 6;
const ALARMS_ABREAST = 8;
const SHOWN_FAILURES = 50;

/**
 * One dashboard for all applications of an environment, `piste-<environment>`: alarms, time left on each token,
 * refreshes and failures, PISTE's latency, latest failures, passwords.
 */
export class PisteDashboard extends Construct {
  readonly dashboardName: string;
  /** The provider's resource, for what this construct has no option for. */
  readonly resource: CloudwatchDashboard;

  /** @throws Error when a prop breaks its rule, or the dashboard one of CloudWatch's. */
  constructor(scope: Construct, id: string, props: PisteDashboardProps) {
    super(scope, id);
    refuseWhatAwsRefuses(this);
    const environment = parseEnvironment(props.environment);
    checkApplications(props.applications);
    const { namePrefix } = checkLandingZone(props.landingZone);
    const applications = props.applications.map(({ name, settings = DEFAULT_REFRESH_SETTINGS }) => ({
      name,
      settings,
    }));
    const alarmNames = props.applications.flatMap(({ alarmNames: names = [] }) => names);
    const logGroupNames = props.applications.flatMap(
      ({ name, logGroupNames: names = [tokenRefreshLogGroupName(environment, name, namePrefix)] }) => names,
    );
    const region = regionOf(this);
    const graphs = new DashboardGraphs(environment, region, applications);

    this.dashboardName = dashboardName(environment, namePrefix);
    // What is looked at first is on top.
    const body = dashboardBody(this.dashboardName, [
      this.alarmStates(region, alarmNames, applications.length),
      { height: 8, abreast: 2, widgets: graphs.timeLeft() },
      { height: 6, abreast: 2, widgets: [graphs.outcomes(), graphs.latency()] },
      { height: 7, abreast: 1, widgets: latestFailures(region, logGroupNames) },
      { height: 5, abreast: 1, widgets: [graphs.passwords()] },
      { height: 2, abreast: 1, widgets: [explanation(environment, logGroupNames)] },
    ]);
    this.resource = new CloudwatchDashboard(this, "dashboard", {
      dashboardName: this.dashboardName,
      dashboardBody: body,
    });
  }

  /** All alarms of few applications; of many, those that are in alarm. */
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

function checkApplications(applications: readonly DashboardApplication[]): void {
  if (applications.length === 0) throw new Error("applications must have at least one application, got []");
  applications.forEach(({ name }, index) => {
    checkName(`applications[${index}].name`, name);
  });
  checkDifferent(
    "applications must have different names",
    applications.map(({ name }) => name),
  );
}

/** From the lines that the functions log. */
function latestFailures(region: string, logGroupNames: readonly string[]): Widget[] {
  const parts = chunks(logGroupNames, LIMITS.logGroupsOfQuery);
  return parts.map((names, index) => ({
    type: "log",
    properties: {
      title: parts.length === 1 ? "Latest failures" : `Latest failures (${index + 1} of ${parts.length})`,
      region,
      view: "table",
      query: [
        `${names.map((name) => `SOURCE '${name}'`).join(" | ")} | fields @timestamp, Application, class, reason, meaning`,
        'filter outcome in ["failed", "error"]',
        "sort @timestamp desc",
        `limit ${SHOWN_FAILURES}`,
      ].join("\n| "),
    },
  }));
}

function explanation(environment: Environment, logGroupNames: readonly string[]): Widget {
  const [only, ...others] = logGroupNames;
  const logGroup =
    only !== undefined && others.length === 0 ? only : tokenRefreshLogGroupName(environment, "<application>");
  const markdown =
    `Made by cdktf-piste for ${environment}; what is changed in the console is lost at the next deployment. ` +
    `Whose turn it is, and what to type first, is in each alarm's description. The log of an application: ` +
    `\`aws logs tail ${logGroup} --since 1h\`.`;
  return { type: "text", properties: { markdown } };
}
