/**
 * The JSON of a CloudWatch dashboard. Its rules are those of "Dashboard Body
 * Structure and Syntax" in AWS's CloudWatch API reference
 * (docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html) and of "CloudWatch
 * service quotas" in its user guide (…/latest/monitoring/cloudwatch_limits.html). AWS documents no size of the body.
 */

const COLUMNS = 24;

/** AWS refuses more, or does not show it. */
export const LIMITS = {
  widgets: 500,
  metricsOfWidget: 500,
  metrics: 2500,
  alarmsOfWidget: 100,
  logGroupsOfQuery: 50,
} as const;

/** A metric of a graph: namespace, name, dimensions, rendering. */
export type MetricLine = readonly [string, string, ...string[], Rendering];
export type ExpressionLine = readonly [Rendering & { readonly expression: string }];
export type Line = MetricLine | ExpressionLine;

export interface Rendering {
  readonly id?: string;
  readonly label?: string;
  readonly color?: string;
  readonly stat?: string;
  readonly visible?: boolean;
}

export interface Annotation {
  readonly value: number;
  readonly label: string;
  readonly color: string;
  readonly fill?: "below";
}

export interface Graph {
  readonly title: string;
  readonly region: string;
  readonly metrics: readonly Line[];
  /** In seconds; a multiple of 60. */
  readonly period: number;
  readonly view?: "timeSeries" | "singleValue" | "table";
  readonly stacked?: boolean;
  readonly yAxis?: { readonly left: { readonly min: number; readonly label: string; readonly showUnits: false } };
  readonly annotations?: { readonly horizontal: readonly Annotation[] };
  readonly table?: { readonly summaryColumns: readonly string[]; readonly showTimeSeriesData: boolean };
}

export interface AlarmStates {
  readonly title: string;
  readonly alarms: readonly string[];
  readonly sortBy: "stateUpdatedTimestamp";
  readonly states?: readonly "ALARM"[];
}

export interface LogTable {
  readonly title: string;
  readonly region: string;
  readonly view: "table";
  readonly query: string;
}

export type Widget =
  | { readonly type: "metric"; readonly properties: Graph }
  | { readonly type: "alarm"; readonly properties: AlarmStates }
  | { readonly type: "log"; readonly properties: LogTable }
  | { readonly type: "text"; readonly properties: { readonly markdown: string } };

/** Widgets of one height, side by side, wrapped into further rows. */
export interface Row {
  readonly height: number;
  /** Maximum number of widgets side by side. */
  readonly abreast: number;
  readonly widgets: readonly Widget[];
}

interface PlacedWidget {
  readonly type: Widget["type"];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Widget["properties"];
}

function place(rows: readonly Row[]): PlacedWidget[] {
  let y = 0;
  return rows.flatMap(({ height, abreast, widgets }) => {
    const columns = Math.min(abreast, Math.max(widgets.length, 1));
    const width = Math.floor(COLUMNS / columns);
    const top = y;
    y += Math.ceil(widgets.length / columns) * height;
    return widgets.map(({ type, properties }, index) => ({
      type,
      x: (index % columns) * width,
      y: top + Math.floor(index / columns) * height,
      width,
      height,
      properties,
    }));
  });
}

const SHOWN_AT_FIRST = "-PT6H";

/** @throws Error naming the limit and the number, when CloudWatch would refuse the dashboard. */
export function dashboardBody(name: string, rows: readonly Row[]): string {
  const widgets = place(rows);
  checkLimits(name, widgets);
  return JSON.stringify({ start: SHOWN_AT_FIRST, periodOverride: "inherit", widgets });
}

function checkLimits(name: string, widgets: readonly PlacedWidget[]): void {
  const most = (what: string, limit: number, got: number): void => {
    if (got > limit) {
      throw new Error(
        `the dashboard ${name} must have at most ${limit} ${what}, got ${got}; show fewer applications in one dashboard`,
      );
    }
  };
  most("widgets", LIMITS.widgets, widgets.length);
  let metrics = 0;
  for (const { properties } of widgets) {
    if ("metrics" in properties) {
      most(`metrics and expressions in "${properties.title}"`, LIMITS.metricsOfWidget, properties.metrics.length);
      // Hidden metrics count too.
      metrics += properties.metrics.filter((line) => line.length > 1).length;
    }
    if ("alarms" in properties) {
      most(`alarms in "${properties.title}"`, LIMITS.alarmsOfWidget, properties.alarms.length);
    }
  }
  most("metrics in all its widgets", LIMITS.metrics, metrics);
}

export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
