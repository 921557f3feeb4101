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
import { table } from "./table";

const TITLES: Readonly<Record<Consumer, string>> = {
  ours: "`cdktf-piste/client`",
  sdk: "the AWS SDK alone",
  powertools: "Powertools Parameters",
  middy: "Middy's `secrets-manager`",
};
const KILOBYTE = 1000;

const digits = (value: number): string =>
  value.toLocaleString("en-US", { maximumSignificantDigits: 3, useGrouping: false });

function timed({ measured }: MeasuredConsumers, title: string, key: keyof Measured, unit: string): string[] {
  const values = (name: Consumer): number[] => measured[name].map((one) => one[key]);
  return [
    title,
    ...CONSUMERS.map((name) => {
      const shown = `${digits(median(values(name)))} ${unit}`;
      if (name === "ours") return shown;
      const { ratio, spread } = pairedRow({ bench: "", case: name, unit }, values("ours"), values(name));
      return `${shown}; ours ${digits(ratio ?? NaN)} × (spread ${digits(spread)})`;
    }),
  ];
}

function behaved({ behaviours }: MeasuredConsumers, title: string, show: (behaviour: Behaviour) => string): string[] {
  return [
    title,
    ...CONSUMERS.map((name) => {
      const shown = BEHAVED.filter(([one]) => one === name).flatMap(([, keeping]) => {
        const behaviour = behaviours.get(`${name} ${keeping}`);
        return behaviour === undefined
          ? []
          : [`${show(behaviour)}${keeping === "own" ? " as it is set by itself" : ""}`];
      });
      return [...new Set(shown)].join("; ");
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
      ["code in the bundle", ...CONSUMERS.map((name) => `${digits(bytes[name] / KILOBYTE)} KB`)],
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
