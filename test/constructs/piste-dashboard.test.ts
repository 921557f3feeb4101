import { describe, expect, it } from "@jest/globals";
import { PisteDashboard, pisteMetric, type DashboardApplication } from "../../constructs";
import {
  chunks,
  dashboardBody,
  LIMITS,
  type ExpressionLine,
  type Line,
  type Row,
} from "../../constructs/internal/dashboard-body";
import { DEFAULT_REFRESH_SETTINGS, METRICS } from "../../lambda/token-refresh/contract";
import { logLine } from "../../lambda/token-refresh/report";
import { PLACE, withoutPlaces, synthesize } from "./synthesize";

interface Placed {
  readonly type: "metric" | "alarm" | "log" | "text";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly region?: string;
    readonly view?: string;
    readonly period?: number;
    readonly stacked?: boolean;
    readonly metrics?: readonly Line[];
    readonly annotations?: { readonly horizontal: readonly { readonly value: number }[] };
    readonly alarms?: readonly string[];
    readonly states?: readonly string[];
    readonly query?: string;
    readonly markdown?: string;
  };
}

const REGION = PLACE.region;
const arn = (alarm: string): string =>
  `arn:${PLACE.partition}:cloudwatch:${REGION}:` + `${PLACE.account}:alarm:${alarm}`;

type Shown = Partial<DashboardApplication["refresher"]> & { readonly alarmNames?: string[] };

const shown = (application: string, { alarmNames, ...refresher }: Shown = {}): DashboardApplication => ({
  refresher: {
    environment: "prod",
    application,
    settings: DEFAULT_REFRESH_SETTINGS,
    logGroupName: `/logs/${application}`,
    ...refresher,
  },
  alarmNames,
});
const fleet = (size: number, alarmNames: (name: string) => string[] = () => []): DashboardApplication[] =>
  Array.from({ length: size }, (_, index) => {
    const name = `application-${index}`;
    return shown(name, { alarmNames: alarmNames(name) });
  });

function widgetsOf(applications: DashboardApplication[]): Placed[] {
  const stack = synthesize((scope) => new PisteDashboard(scope, "dashboard", { applications }));
  const { dashboard_name, dashboard_body, ...rest } = stack.only("aws_cloudwatch_dashboard");
  expect({ dashboard_name, rest }).toEqual({ dashboard_name: "piste-prod", rest: {} });
  const { widgets, ...body } = JSON.parse(withoutPlaces(dashboard_body)) as { widgets: Placed[] };
  expect(body).toEqual({ start: "-PT6H", periodOverride: "inherit" });
  return widgets;
}

function titled(widgets: readonly Placed[], title: RegExp): Placed["properties"] {
  const found = widgets.filter(({ properties }) => title.test(properties.title ?? ""));
  if (found.length !== 1) throw new Error(`expected one widget ${String(title)}, got ${found.length}`);
  return found[0]?.properties ?? {};
}

/** The expressions among the lines of a graph. */
const expressionsOf = ({ metrics = [] }: Placed["properties"]): ExpressionLine[0][] =>
  metrics.filter((line): line is ExpressionLine => line.length === 1).map(([drawn]) => drawn);

const drawn = (metric: ReturnType<typeof pisteMetric>, rendering: object): unknown[] => [
  metric.namespace,
  metric.metricName,
  ...Object.entries(metric.dimensions).flat(),
  { stat: metric.statistic, ...rendering },
];

describe.each([1, 10, 11, 50, 1000])("the dashboard of %d applications", (size) => {
  const alarmNames = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const applications = fleet(size, (name) => alarmNames.map((alarm) => `${name}-${alarm}`));
  const widgets = widgetsOf(applications);

  it("fits into 24 columns without overlap, with alarms and time left on top", () => {
    const taken: string[] = [];
    for (const { x, y, width, height } of widgets) {
      expect(x + width).toBeLessThanOrEqual(24);
      for (let column = x; column < x + width; column++) {
        for (let row = y; row < y + height; row++) {
          taken.push(`${column},${row}`);
        }
      }
    }
    expect(new Set(taken).size).toBe(taken.length);
    expect(widgets[0]).toMatchObject({ x: 0, y: 0 });
    expect(widgets[0]?.properties.title ?? widgets[0]?.properties.markdown).toMatch(/Alarms/);
    const graphs = widgets.filter(({ type }) => type === "metric").sort((one, other) => one.y - other.y);
    expect(graphs[0]?.properties.title).toMatch(/^Minutes left on the token/);
  });

  it("keeps CloudWatch's limits, and shows at most 50 lines of a search", () => {
    expect(widgets.length).toBeLessThanOrEqual(500);
    let metrics = 0;
    for (const { properties } of widgets) {
      expect(properties.alarms?.length ?? 1).toBeGreaterThan(0);
      expect(properties.alarms?.length ?? 0).toBeLessThanOrEqual(100);
      expect(properties.metrics?.length ?? 0).toBeLessThanOrEqual(500);
      expect(properties.query?.match(/SOURCE '/g)?.length ?? 0).toBeLessThanOrEqual(50);
      metrics += properties.metrics?.filter((line) => line.length > 1).length ?? 0;
      for (const { expression } of expressionsOf(properties)) {
        expect(expression.length).toBeLessThanOrEqual(1024);
        if (expression.includes("SEARCH")) expect(expression).toMatch(/^(SUM|AVG|MAX)\(|^SORT\(.*, MIN, ASC, 50\)$/);
      }
    }
    expect(metrics).toBeLessThanOrEqual(2500);
  });

  it("takes the region from the stack", () => {
    for (const { type, properties } of widgets) {
      if (type === "metric" || type === "log") expect(properties.region).toBe(REGION);
    }
  });

  it("reads every log group", () => {
    const queries = widgets.map(({ properties }) => properties.query ?? "").join("\n");
    const named = [...queries.matchAll(/SOURCE '([^']+)'/g)].map(([, name]) => name);
    expect(named).toEqual(applications.map(({ refresher }) => refresher.logGroupName));
  });
});

describe("with few applications", () => {
  const widgets = widgetsOf([
    shown("chorus-pro", { alarmNames: ["one", "two"] }),
    shown("legifrance", { alarmNames: ["three"] }),
  ]);

  it("each token has a line in minutes, with reserve, end of tolerance and due time drawn in", () => {
    const { metrics, annotations, period } = titled(widgets, /^Minutes left on the token$/);
    expect(metrics).toEqual(
      ["chorus-pro", "legifrance"].flatMap((name, index) => [
        drawn(pisteMetric("secondsToExpiry", "prod", name), { id: `seconds${index}`, visible: false }),
        [{ expression: `seconds${index} / 60`, id: `minutes${index}`, label: name }],
      ]),
    );
    expect(period).toBe(60);
    expect(annotations?.horizontal).toMatchObject([
      { value: 39.33, label: "due: refreshed from here on" },
      { value: 7.33, label: "the tolerance of 30 minutes is used up" },
      { value: 5, label: "the consumers' reserve", fill: "below" },
    ]);
  });

  it("refreshes and each class of failure are summed over the applications", () => {
    const { metrics = [], stacked } = titled(widgets, /failures by class/);
    expect(stacked).toBe(true);
    const keys = [
      "refreshes",
      "rejected",
      "suspect",
      "throttled",
      "unavailable",
      "invalid-response",
      "unconfigured",
    ] as const;
    const shown = expressionsOf({ metrics });
    expect(shown.map(({ label }) => label)).toEqual(keys.map((key) => METRICS[key].name));
    expect(shown.map(({ expression }) => expression)).toEqual(
      keys.map((_, outcome) => `SUM([part${outcome}x0, part${outcome}x1])`),
    );
    const hidden = metrics.filter((line) => line.length > 1);
    expect(hidden).toEqual(
      keys.flatMap((key, outcome) =>
        ["chorus-pro", "legifrance"].map((name, index) =>
          drawn(pisteMetric(key, "prod", name), { id: `part${outcome}x${index}`, visible: false }),
        ),
      ),
    );
  });

  it("PISTE's latency has median and 99th percentile, and passwords have their days left", () => {
    const latency = pisteMetric("refreshMilliseconds", "prod", "chorus-pro");
    expect(titled(widgets, /PISTE takes/).metrics?.slice(0, 2)).toEqual([
      drawn(latency, { stat: "p50", label: "chorus-pro p50" }),
      drawn(latency, { stat: "p99", label: "chorus-pro p99" }),
    ]);
    const { metrics, view } = titled(widgets, /passwords/);
    expect(view).toBe("singleValue");
    expect(metrics).toEqual(
      ["chorus-pro", "legifrance"].map((name) => drawn(pisteMetric("passwordDaysLeft", "prod", name), { label: name })),
    );
  });

  it("the text says how to read the first application's log, by its actual name", () => {
    const markdown = widgets.find(({ type }) => type === "text")?.properties.markdown;
    expect(markdown).toContain("The log of chorus-pro: `aws logs tail /logs/chorus-pro --since 1h`.");
  });

  it("the states of all alarms are shown", () => {
    expect(titled(widgets, /^Alarms$/)).toMatchObject({ alarms: ["one", "two", "three"].map(arn) });
    expect(titled(widgets, /^Alarms$/)).not.toHaveProperty("states");
  });

  it("failures are listed with fields that the function logs", () => {
    const { query = "" } = titled(widgets, /^Latest failures$/);
    const [sources, filter, ...rest] = query.split("\n| ");
    expect(sources).toMatch(/^SOURCE '\/logs\/chorus-pro' \| SOURCE '\/logs\/legifrance' \| fields /);
    const line = JSON.parse(
      logLine(
        { environment: "prod", application: "chorus-pro", operation: "tick" },
        { outcome: "failed", reason: "r", class: "c", meaning: "m" },
        {},
        0,
        undefined,
      ),
    ) as object;
    const fields = sources?.split(" | fields ")[1]?.split(", ") ?? [];
    expect(fields.shift()).toBe("@timestamp");
    expect(fields).toEqual(["Application", "class", "reason", "meaning"]);
    for (const field of [...fields, "outcome"]) expect(line).toHaveProperty(field);
    expect(filter).toBe('filter outcome in ["failed", "error"]');
    expect(rest).toEqual(["sort @timestamp desc", "limit 50"]);
  });

  it("applications with different settings have separate graphs", () => {
    const settings = { outageToleranceInMinutes: 10, reserveInMinutes: 4 };
    const others = widgetsOf([
      shown("chorus-pro"),
      shown("legifrance", { settings }),
      shown("judilibre"),
      shown("shorter", { settings: { ...settings, reserveInMinutes: 3 } }),
    ]);
    expect(titled(others, /^Minutes left on the token of shorter$/).period).toBe(60);
    const { annotations } = titled(others, /^Minutes left on the token of legifrance$/);
    expect(annotations?.horizontal.map(({ value }) => value)).toEqual([18.33, 6.33, 4]);
    expect(titled(others, /of chorus-pro and judilibre$/).annotations?.horizontal.map(({ value }) => value)).toEqual([
      39.33, 7.33, 5,
    ]);
  });
});

describe("with many applications", () => {
  const searched = (name: string, statistic: string, period: number): string =>
    `SEARCH('{Piste,Application,Environment} MetricName="${name}" Environment="prod"', '${statistic}', ${period})`;
  const expressions = (widgets: Placed[], title: RegExp): unknown[] =>
    expressionsOf(titled(widgets, title)).map(({ expression }) => expression);
  const alarmNames = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const widgets = widgetsOf(fleet(50, () => alarmNames));

  it("graphs and tables search the environment's metrics", () => {
    const left = `SORT(${searched("SecondsToExpiry", "Maximum", 60)} / 60, MIN, ASC, 50)`;
    expect(expressions(widgets, /^Minutes left/)).toEqual([left]);
    expect(titled(widgets, /^Minutes left/).annotations?.horizontal.map(({ value }) => value)).toEqual([
      39.33, 7.33, 5,
    ]);
    expect(expressions(widgets, /^Fewest minutes left/)).toEqual([left]);
    expect(titled(widgets, /^Fewest minutes left/).view).toBe("table");
    expect(expressions(widgets, /failures by class/)[1]).toBe(`SUM(${searched("Rejected", "Sum", 300)})`);
    expect(expressions(widgets, /PISTE takes/)).toEqual([
      `AVG(${searched("RefreshMilliseconds", "p50", 300)})`,
      `MAX(${searched("RefreshMilliseconds", "p99", 300)})`,
    ]);
    expect(expressions(widgets, /passwords/)).toEqual([
      `SORT(${searched("PasswordDaysLeft", "Minimum", 3600)}, MIN, ASC, 50)`,
    ]);
    expect(titled(widgets, /passwords/).view).toBe("table");
  });

  it("only alarms in alarm are shown, a hundred per widget; for too many there is a link to the console", () => {
    const alarms = widgets.filter(({ type }) => type === "alarm").map(({ properties }) => properties);
    expect(alarms.map((properties) => properties.alarms?.length)).toEqual([100, 100, 100, 100]);
    expect(alarms.map(({ states }) => states)).toEqual(alarms.map(() => ["ALARM"]));
    const thousand = widgetsOf(fleet(1000, () => alarmNames));
    expect(thousand.filter(({ type }) => type === "alarm")).toEqual([]);
    expect(thousand[0]?.properties.markdown).toContain("8000 are too many to show here. Search for `piste-prod-`");
  });

  it("applications with different settings have a line each, fifty per graph", () => {
    const settings = { ...DEFAULT_REFRESH_SETTINGS, outageToleranceInMinutes: 10 };
    const mixed = widgetsOf([...fleet(120), shown("other", { settings })]);
    const graphs = mixed.filter(({ properties }) => properties.title?.startsWith("Minutes left"));
    expect(graphs.map(({ properties }) => properties.title)).toEqual([
      "Minutes left on the token of application-0 and 49 more",
      "Minutes left on the token of application-50 and 49 more",
      "Minutes left on the token of application-100 and 19 more",
      "Minutes left on the token of other",
    ]);
  });
});

describe("the dashboard refuses", () => {
  it.each<[string, DashboardApplication[], string]>([
    ["no application", [], "applications must be one or more of one environment, got no application"],
    [
      "applications of two environments",
      [shown("chorus-pro"), shown("legifrance", { environment: "qualif" })],
      "applications must be one or more of one environment, got prod and qualif",
    ],
    [
      "two applications of one name",
      [shown("chorus-pro"), shown("chorus-pro")],
      'applications must have different names, got "chorus-pro" twice',
    ],
  ])("%s", (_, applications, message) => {
    expect(() => widgetsOf(applications)).toThrow(message);
  });
});

describe("the body of a dashboard", () => {
  const graph = (title: string, metrics: number, expressions = 0): Row["widgets"][number] => ({
    type: "metric",
    properties: {
      title,
      region: "eu-west-3",
      period: 60,
      metrics: [
        ...Array.from({ length: metrics }, (): Line => ["Piste", "Ticks", {}]),
        ...Array.from({ length: expressions }, (): Line => [{ expression: "m / 60" }]),
      ],
    },
  });
  const text: Row["widgets"][number] = { type: "text", properties: { markdown: "" } };
  const alarms = (count: number): Row["widgets"][number] => ({
    type: "alarm",
    properties: {
      title: "Alarms",
      alarms: Array.from({ length: count }, () => "arn"),
      sortBy: "stateUpdatedTimestamp",
    },
  });
  const body = (widgets: Row["widgets"]): string => dashboardBody("piste-prod", [{ height: 1, abreast: 1, widgets }]);
  const FEWER = "; show fewer applications in one dashboard";

  it.each<[string, Row["widgets"], Row["widgets"], string]>([
    ["widgets", Array.from({ length: 500 }, () => text), [text], "500 widgets, got 501"],
    [
      "metrics of a graph",
      [graph("G", 300, 200)],
      [graph("H", 300, 201)],
      '500 metrics and expressions in "H", got 501',
    ],
    ["alarms in a widget", [alarms(100)], [alarms(101)], '100 alarms in "Alarms", got 101'],
    [
      "metrics",
      Array.from({ length: 5 }, () => graph("G", 500)),
      [graph("G", 1)],
      "2500 metrics in all its widgets, got 2501",
    ],
  ])("refuses more %s than CloudWatch allows", (_, most, more, message) => {
    expect(() => body(most)).not.toThrow();
    expect(() => body([...most, ...more])).toThrow(`the dashboard piste-prod must have at most ${message}${FEWER}`);
  });

  it("knows AWS's limits", () => {
    expect(LIMITS).toEqual({
      widgets: 500,
      metricsOfWidget: 500,
      metrics: 2500,
      alarmsOfWidget: 100,
      logGroupsOfQuery: 50,
    });
  });

  it("accepts values at a limit", () => {
    expect(chunks([1, 2, 3], 2)).toEqual([[1, 2], [3]]);
    expect(chunks([], 2)).toEqual([]);
  });
});
