/** A day on which nothing goes wrong, by the function's own lines. */
import type { RefreshSettings } from "../../../lambda/token-refresh/contract";
import { simulate } from "../../../simulation/world";
import { TICK_BILLED_SECONDS } from "../prices";

export interface CalmDay {
  readonly ticks: number;
  readonly refreshes: number;
  /** The names of what is reported; CloudWatch bills a metric by the hours in which it is. */
  readonly metrics: readonly string[];
  readonly logBytes: number;
  /** Of a tick that waits, with what Lambda itself logs. */
  readonly waitingTickLogBytes: number;
  readonly refreshLogBytes: number;
  readonly billedSeconds: number;
}

interface Line {
  readonly outcome: string;
  readonly milliseconds?: number;
  readonly _aws: { readonly CloudWatchMetrics: readonly { readonly Metrics: readonly { readonly Name: string }[] }[] };
}

/** The first days differ: a token has to be fetched first. */
const DAY = { seed: 1, lateness: "prompt", credentialsAfterInMinutes: 0, disturbances: [] } as const;

const REQUEST_ID = "8f507cfc-3c2b-4697-b07a-ac58fc914c95";
/** What Lambda logs of each run, in the text format that it has by default. */
const LAMBDA_LINES = [
  `START RequestId: ${REQUEST_ID} Version: $LATEST\n`,
  `END RequestId: ${REQUEST_ID}\n`,
  `REPORT RequestId: ${REQUEST_ID}\tDuration: 100.00 ms\tBilled Duration: 100 ms\tMemory Size: 256 MB\tMax Memory Used: 100 MB\t\n`,
];
/** CloudWatch Logs counts so much more for each line. */
const BYTES_PER_LINE = 26;

/** What a run logs, in bytes as CloudWatch Logs counts them; the simulation has no request ids. */
function logBytesOf(line: object): number {
  const lines = [`${JSON.stringify({ ...line, requestId: REQUEST_ID })}\n`, ...LAMBDA_LINES];
  return lines.reduce((sum, each) => sum + Buffer.byteLength(each) + BYTES_PER_LINE, 0);
}

const days = new Map<string, Promise<CalmDay>>();

export function calmDay(settings: RefreshSettings): Promise<CalmDay> {
  const key = JSON.stringify(settings);
  const known = days.get(key) ?? simulateDay(settings);
  days.set(key, known);
  return known;
}

async function simulateDay(settings: RefreshSettings): Promise<CalmDay> {
  const lines: Line[] = [];
  const observer = { line: (_: number, line: string): unknown => lines.push(JSON.parse(line) as Line) };
  await simulate({ ...DAY, days: 1 }, { settings, observer });
  const of = (outcome: string): Line[] => lines.filter((line) => line.outcome === outcome);
  const [waited, refreshed] = [of("waited"), of("refreshed")];
  if (waited.length + refreshed.length !== lines.length) throw new Error("something went wrong on a calm day");
  const names = lines.flatMap(({ _aws }) => _aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics));
  const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
  const longest = (some: Line[]): number => Math.max(...some.map(logBytesOf));
  return {
    ticks: lines.length,
    refreshes: refreshed.length,
    metrics: [...new Set(names.map(({ Name }) => Name))],
    logBytes: sum(lines.map(logBytesOf)),
    waitingTickLogBytes: longest(waited),
    refreshLogBytes: longest(refreshed),
    billedSeconds: sum(lines.map(({ milliseconds = 0 }) => TICK_BILLED_SECONDS + milliseconds / 1000)),
  };
}
