/** The table of docs/client.md that compares consumers: measured in one run of `npm run bench -- --only consumer`. */
import { cpus } from "node:os";
import {
  BEHAVED,
  CALLS,
  CALLS_AT_ONCE,
  type Behaviour,
  type Measured,
  type MeasuredConsumers,
} from "../../bench/consumer";
import { CONSUMERS, type Consumer } from "../../bench/consumer-bench";
import { median, pairedRow } from "../../bench/row";
import { figure, table } from "./table";

const TITLES: Readonly<Record<Consumer, string>> = {
  ours: "`cdktf-piste/client`",
  sdk: "the AWS SDK alone",
  powertools: "Powertools Parameters",
  middy: "Middy's `secrets-manager`",
};
const KILOBYTE = 1000;

const times = (ratio: number): string => (ratio < 0.1 ? figure(ratio) : ratio.toFixed(2));

function timed({ measured }: MeasuredConsumers, title: string, key: keyof Measured, unit: string): string[] {
  const values = (name: Consumer): number[] => measured[name].map((one) => one[key]);
  return [
    title,
    ...CONSUMERS.map((name) => {
      const shown = `${figure(median(values(name)))} ${unit}`;
      if (name === "ours") return shown;
      const { ratio, spread } = pairedRow({ bench: "", case: name, unit }, values("ours"), values(name));
      return `${shown}; ours ${times(ratio ?? NaN)} × (spread ${figure(spread)})`;
    }),
  ];
}

function behaved({ behaviours }: MeasuredConsumers, title: string, show: (behaviour: Behaviour) => string): string[] {
  return [
    title,
    ...CONSUMERS.map((name) => {
      const shown = new Map<string, string>();
      for (const [, keeping] of BEHAVED.filter(([one]) => one === name)) {
        const behaviour = behaviours.get(`${name} ${keeping}`);
        // As it is set by itself is said only where it is something else.
        if (behaviour !== undefined && !shown.has(show(behaviour))) {
          shown.set(show(behaviour), keeping === "own" ? " as it is set by itself" : "");
        }
      }
      return [...shown].map((words) => words.join("")).join("; ");
    }),
  ];
}

/** @param rounds how often each was measured. */
export function clientBlocks(consumers: MeasuredConsumers, rounds: number, node: string): Record<string, string> {
  const { bytes } = consumers;
  const [cpu] = cpus();
  const comparison = table(
    ["", ...CONSUMERS.map((name) => TITLES[name])],
    [
      timed(consumers, "import to first token", "coldInMilliseconds", "ms"),
      timed(consumers, "of it, of the processor", "cpuInMilliseconds", "ms"),
      timed(consumers, "a hot call", "hotInMicroseconds", "µs"),
      timed(consumers, "peak of memory", "peakInMegabytes", "MB"),
      ["code in the bundle", ...CONSUMERS.map((name) => `${figure(bytes[name] / KILOBYTE)} KB`)],
      behaved(consumers, `calls of AWS for ${CALLS_AT_ONCE} at once`, ({ awsCallsAtOnce }) => String(awsCallsAtOnce)),
      behaved(
        consumers,
        "the kept token has expired, another is stored: valid ones given",
        ({ validOnceExpired }) => `${validOnceExpired} of ${CALLS}`,
      ),
      behaved(
        consumers,
        "Secrets Manager is down for six minutes, the kept token is valid: valid ones given",
        ({ validWhileDown }) => `${validWhileDown} of ${CALLS}`,
      ),
    ],
  );
  const machine = `Medians of ${rounds} fresh processes each, in turns, with Node ${node} on ${cpus().length} cores of ${cpu?.model.trim() ?? "an unknown processor"}; ratios pair by pair, and the interquartile range of those.`;
  return { comparison: `${comparison}\n\n${machine}` };
}
