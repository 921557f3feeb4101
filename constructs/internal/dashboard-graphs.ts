/**
 * The graphs of an environment's dashboard. Few applications have a line each. For many, CloudWatch searches the
 * environment's metrics and shows the worst: "Using search expressions in graphs" in its user guide.
 */
import {
  dueWhenSecondsLeft,
  lapsingWhenSecondsLeft,
  SECONDS_PER_MINUTE,
  TICK_IN_SECONDS,
  type MetricKey,
  type RefreshSettings,
} from "../../lambda/token-refresh/contract";
import type { Environment } from "../../piste/environments";
import { chunks, type Annotation, type Graph, type Line, type Rendering, type Widget } from "./dashboard-body";
import { pisteMetric, type Metric } from "../../aws/alarms/metric";

/** Up to this many applications have a line each. */
export const FEW_APPLICATIONS = 10;
/** More lines cannot be told apart. */
const MOST_LINES = 50;

const FIVE_MINUTES_IN_SECONDS = 5 * SECONDS_PER_MINUTE;
const HOUR_IN_SECONDS = 60 * SECONDS_PER_MINUTE;

const RED = "#d62728";
const ORANGE = "#ff7f0e";
const GREEN = "#2ca02c";

const OUTCOMES = [
  ["refreshes", GREEN],
  ["rejected", RED],
  ["suspect", ORANGE],
  ["throttled", "#e377c2"],
  ["unavailable", "#9467bd"],
  ["invalid-response", "#8c564b"],
  ["unconfigured", "#7f7f7f"],
] as const satisfies readonly (readonly [MetricKey, string])[];

export interface GraphedApplication {
  readonly application: string;
  readonly settings: RefreshSettings;
}

/** Expects at least one application. */
export class DashboardGraphs {
  private readonly areFew: boolean;
  private readonly names: readonly string[];

  constructor(
    private readonly environment: Environment,
    private readonly region: string,
    private readonly applications: readonly GraphedApplication[],
  ) {
    this.areFew = applications.length <= FEW_APPLICATIONS;
    this.names = applications.map(({ application }) => application);
  }

  /** One graph per combination of settings, since reserve and tolerance are drawn into it. */
  timeLeft(): Widget[] {
    const groups = groupedBySettings(this.applications);
    const [first] = groups;
    if (!this.areFew && first !== undefined && groups.length === 1) return this.leastTimeLeft(first.settings);
    return groups.flatMap(({ settings, names }) =>
      chunks(names, MOST_LINES).map((part) => {
        const isAll = part.length === this.names.length;
        const title = `Minutes left on the token${isAll ? "" : ` of ${inShort(part)}`}`;
        const metrics = part.flatMap((name, index): Line[] => [
          line(this.of("secondsToExpiry", name), { id: `seconds${index}`, visible: false }),
          math(`seconds${index} / ${SECONDS_PER_MINUTE}`, { id: `minutes${index}`, label: name }),
        ]);
        return this.timeLeftGraph(title, metrics, settings);
      }),
    );
  }

  /** For many applications with the same settings: a graph, and the same data as a table. */
  private leastTimeLeft(settings: RefreshSettings): Widget[] {
    const period = TICK_IN_SECONDS;
    const minutes = `${this.search(this.of("secondsToExpiry", ANY), period)} / ${SECONDS_PER_MINUTE}`;
    const metrics = [lowest(minutes)];
    return [
      this.timeLeftGraph(`Minutes left on the token, the ${MOST_LINES} lowest`, metrics, settings),
      this.table(`Fewest minutes left in the time shown, the ${MOST_LINES} lowest`, metrics, period),
    ];
  }

  private timeLeftGraph(title: string, metrics: Line[], settings: RefreshSettings): Widget {
    return this.graph({
      title,
      metrics,
      period: TICK_IN_SECONDS,
      yAxis: axis("minutes"),
      annotations: { horizontal: annotations(settings) },
    });
  }

  outcomes(): Widget {
    const period = FIVE_MINUTES_IN_SECONDS;
    const metrics = OUTCOMES.flatMap(([key, color], outcome): Line[] => {
      const any = this.of(key, ANY);
      const drawn = { id: `outcome${outcome}`, label: any.metricName, color };
      if (!this.areFew) return [math(`SUM(${this.search(any, period)})`, drawn)];
      const ids = this.names.map((_, index) => `part${outcome}x${index}`);
      const parts = this.names.map((name, index) => line(this.of(key, name), { id: ids[index], visible: false }));
      return [...parts, math(`SUM([${ids.join(", ")}])`, drawn)];
    });
    return this.graph({
      title: "Refreshes, and failures by class",
      metrics,
      period,
      stacked: true,
      yAxis: axis("in five minutes"),
    });
  }

  latency(): Widget {
    const period = FIVE_MINUTES_IN_SECONDS;
    const percentile = (name: string, statistic: string): Metric => ({
      ...this.of("refreshMilliseconds", name),
      statistic,
    });
    const metrics = this.areFew
      ? this.names.flatMap((name) =>
          ["p50", "p99"].map((stat) => line(percentile(name, stat), { label: `${name} ${stat}` })),
        )
      : [
          math(`AVG(${this.search(percentile(ANY, "p50"), period)})`, { label: "p50, mean of the applications" }),
          math(`MAX(${this.search(percentile(ANY, "p99"), period)})`, { label: "p99 of the slowest application" }),
        ];
    return this.graph({ title: "Time that PISTE takes for a token", metrics, period, yAxis: axis("milliseconds") });
  }

  passwords(): Widget {
    const title = "Days left of technical accounts' passwords";
    const period = HOUR_IN_SECONDS;
    const of = (name: string): Metric => this.of("passwordDaysLeft", name);
    if (!this.areFew)
      return this.table(`${title}, the ${MOST_LINES} fewest`, [lowest(this.search(of(ANY), period))], period);
    const metrics = this.names.map((name) => line(of(name), { label: name }));
    return this.graph({ title, metrics, period, view: "singleValue" });
  }

  private of(key: MetricKey, application: string): Metric {
    return pisteMetric(key, this.environment, application);
  }

  /** Finds the metric of every application of the environment that reported it within two weeks. */
  private search({ namespace, metricName, dimensions, statistic }: Metric, period: number): string {
    const schema = [namespace, ...Object.keys(dimensions).sort()].join(",");
    const known = Object.entries(dimensions).filter(([, value]) => value !== ANY);
    const terms = [["MetricName", metricName], ...known].map(([name = "", value = ""]) => `${name}="${value}"`);
    return `SEARCH('{${schema}} ${terms.join(" ")}', '${statistic}', ${period})`;
  }

  private graph(graph: Omit<Graph, "region">): Widget {
    return { type: "metric", properties: { region: this.region, view: "timeSeries", ...graph } };
  }

  private table(title: string, metrics: Line[], period: number): Widget {
    const table = { summaryColumns: ["MIN"], showTimeSeriesData: false };
    return this.graph({ title, metrics, period, view: "table", table });
  }
}

const ANY = "";

interface Group {
  readonly settings: RefreshSettings;
  readonly names: string[];
}

function groupedBySettings(applications: readonly GraphedApplication[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { application, settings } of applications) {
    const key = [settings.outageToleranceInMinutes, settings.reserveInMinutes].join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { settings, names: [application] });
    else group.names.push(application);
  }
  return [...groups.values()];
}

function annotations(settings: RefreshSettings): Annotation[] {
  const minutes = (seconds: number): number => Number((seconds / SECONDS_PER_MINUTE).toFixed(2));
  return [
    { value: minutes(dueWhenSecondsLeft(settings)), label: "due: refreshed from here on", color: GREEN },
    {
      value: minutes(lapsingWhenSecondsLeft(settings)),
      label: `the tolerance of ${settings.outageToleranceInMinutes} minutes is used up`,
      color: ORANGE,
    },
    { value: settings.reserveInMinutes, label: "the consumers' reserve", color: RED, fill: "below" },
  ];
}

function line({ namespace, metricName, dimensions, statistic }: Metric, drawn: Rendering): Line {
  return [namespace, metricName, ...Object.entries(dimensions).flat(), { stat: statistic, ...drawn }];
}

function math(expression: string, drawn: Rendering): Line {
  return [{ expression, ...drawn }];
}

/** The lowest results of a search. An empty label leaves each line its metric's own. */
function lowest(search: string): Line {
  return math(`SORT(${search}, MIN, ASC, ${MOST_LINES})`, { label: "" });
}

function axis(label: string): Graph["yAxis"] {
  return { left: { min: 0, label, showUnits: false } };
}

function inShort(names: readonly string[]): string {
  const [first = "", second, ...more] = names;
  if (second === undefined) return first;
  return more.length === 0 ? `${first} and ${second}` : `${first} and ${more.length + 1} more`;
}
