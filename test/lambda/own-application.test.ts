/** The right to invoke one application's function must not allow writing another's metrics. */
import { describe, expect, it } from "@jest/globals";
import { metricDimensions, METRIC_NAMESPACE } from "../../lambda/token-refresh/contract";
import { MetricStore } from "../../simulation/metric-store";
import { openCheck } from "./connection-check/fixture";
import { openFixture, START } from "./token-refresh/fixture";

/** The functions of chorus-pro in qualif. */
const FUNCTIONS = {
  "the token refresher": { operation: "tick", metric: "Ticks", open: openFixture },
  "the connection check": { operation: "check", metric: "ConnectionChecks", open: openCheck },
} as const;
type FunctionName = keyof typeof FUNCTIONS;
const NAMES = Object.keys(FUNCTIONS) as FunctionName[];

const OTHERS = [
  ["prod", "chorus-pro"],
  ["qualif", "legifrance"],
  ["prod", "legifrance"],
] as const;

/** A metric that CloudWatch would extract from these lines. */
function counted(lines: readonly string[], name: string, environment: "qualif" | "prod", application: string): unknown {
  const store = new MetricStore();
  for (const line of lines) store.addLine(line);
  const dimensions = metricDimensions(environment, application);
  const minute = Math.floor((START * 1000) / 60_000) * 60_000;
  return store.read({ namespace: METRIC_NAMESPACE, name, dimensions }, "Sum", minute, minute + 3_600_000);
}

describe.each(NAMES)("%s", (name) => {
  const { open, operation, metric } = FUNCTIONS[name];

  it("reports a run of its own application", async () => {
    const { invoke, lines } = open();
    await invoke({ environment: "qualif", application: "chorus-pro", operation });
    expect(counted(lines, metric, "qualif", "chorus-pro")).toBe(1);
  });

  it.each(OTHERS)("refuses the input %s %s without reading or reporting", async (environment, application) => {
    const { invoke, lines, requests, secrets } = open();
    const run = invoke({ environment, application, operation }).catch((error: unknown) => error);
    await run;
    expect(counted(lines, metric, environment, application)).toBeUndefined();
    expect({ lines, requests, reads: secrets.reads }).toEqual({ lines: [], requests: [], reads: [] });
    expect(await run).toMatchObject({
      message: `this function serves chorus-pro (qualif), and the input names ${application} (${environment})`,
    });
  });

  it.each([
    ["PISTE_ENVIRONMENT", "", "the environment variable PISTE_ENVIRONMENT is not set"],
    ["PISTE_APPLICATION", "", "the environment variable PISTE_APPLICATION is not set"],
    ["PISTE_ENVIRONMENT", "dev", 'PISTE_ENVIRONMENT must be one of qualif, prod, got "dev"'],
    [
      "PISTE_APPLICATION",
      "a/b",
      'PISTE_APPLICATION must be 1 to 30 lower-case letters, digits and inner hyphens, got "a/b"',
    ],
  ])("with %s=%j refuses every input without reporting", async (variable, value, message) => {
    const { invoke, lines, requests } = open({ variables: { [variable]: value } });
    await expect(invoke({ environment: "qualif", application: "chorus-pro", operation })).rejects.toThrow(message);
    expect({ lines, requests }).toEqual({ lines: [], requests: [] });
  });
});
