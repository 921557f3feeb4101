/** A consumer's function with our client beside the same with the AWS SDK alone, with Powertools and with Middy. */
import { ConsumerBench, CONSUMERS, type Cold, type Consumer, type Keeping } from "./consumer-bench";
import { countedRow, interleaved, pairedRow, type Bench, type BenchOptions, type Row } from "./row";

const OTHERS = ["sdk", "powertools", "middy"] as const;
const KILOBYTE = 1000;
const HOT_MILLISECONDS = 300;
export const CALLS_AT_ONCE = 1000;
/** Longer than anything here keeps a token that is told to keep it for five minutes. */
const SIX_MINUTES_IN_SECONDS = 360;
export const CALLS = 10;

export interface Measured extends Omit<Cold, "token"> {
  readonly hotInMicroseconds: number;
}

async function measure(bench: ConsumerBench, name: Consumer, node: string): Promise<Measured> {
  bench.storeToken("good");
  const consumer = bench.start(name, node);
  try {
    const { token, ...cold } = (await consumer.next()) as Cold;
    if (token !== "good") throw new Error(`the consumer ${name} found no token: ${token}`);
    return { ...cold, hotInMicroseconds: await consumer.order("hot", HOT_MILLISECONDS) };
  } finally {
    await consumer.stop();
  }
}

/** Of which library, told to keep a secret for how long. */
export const BEHAVED = [
  ["ours", "five-minutes"],
  ["sdk", "five-minutes"],
  ["powertools", "five-minutes"],
  ["powertools", "own"],
  ["middy", "five-minutes"],
  ["middy", "own"],
] as const satisfies readonly (readonly [Consumer, Keeping])[];

export interface Behaviour {
  /** How often AWS is called by a thousand calls at once, in a new process. */
  readonly awsCallsAtOnce: number;
  /** Of ten calls after the kept token has expired and another was stored: how many get the other. */
  readonly validOnceExpired: number;
  /** Of ten calls when Secrets Manager has been down for longer than five minutes and the kept token is valid: how many get it. */
  readonly validWhileDown: number;
}

export async function behaviourOf(
  bench: ConsumerBench,
  name: Consumer,
  keeping: Keeping,
  node: string,
): Promise<Behaviour> {
  const counting = async (work: (consumer: ReturnType<ConsumerBench["start"]>) => Promise<string[]>, token: string) => {
    const consumer = bench.start(name, node, keeping);
    try {
      await consumer.next();
      return (await work(consumer)).filter((given) => given === token).length;
    } finally {
      await consumer.stop();
    }
  };

  bench.storeToken("good");
  const atOnce = bench.start(name, node, keeping, false);
  await atOnce.next();
  bench.standIn.asked.awsCalls = 0;
  await atOnce.order("together", CALLS_AT_ONCE);
  const awsCallsAtOnce = bench.standIn.asked.awsCalls;
  await atOnce.stop();

  bench.storeToken("about to expire", 60);
  const validOnceExpired = await counting(async (consumer) => {
    bench.storeToken("next");
    await consumer.order("wait", 120);
    return consumer.order("together", CALLS);
  }, "next");

  bench.storeToken("good");
  const validWhileDown = await counting(async (consumer) => {
    const { goDown, comeUp } = bench.standIn;
    goDown();
    await consumer.order("wait", SIX_MINUTES_IN_SECONDS);
    const given = await consumer.order("together", CALLS);
    comeUp();
    return given;
  }, "good");
  return { awsCallsAtOnce, validOnceExpired, validWhileDown };
}

export interface MeasuredConsumers {
  readonly measured: Readonly<Record<Consumer, Measured[]>>;
  readonly bytes: Readonly<Record<Consumer, number>>;
  /** By the library and how long it is told to keep a secret, a space between. */
  readonly behaviours: ReadonlyMap<string, Behaviour>;
}

/** All that is measured, for the table of docs/client.md too. */
export async function measureConsumers({ rounds, node, say }: BenchOptions): Promise<MeasuredConsumers> {
  const bench = await ConsumerBench.open();
  try {
    const measured = await interleaved(CONSUMERS, rounds, (name) => measure(bench, name, node), say);
    const bytes = Object.fromEntries(CONSUMERS.map((name) => [name, bench.bytesOf(name)])) as Record<Consumer, number>;
    const behaviours = new Map<string, Behaviour>();
    for (const [name, keeping] of BEHAVED) {
      say(`what ${name} does when it keeps a secret for ${keeping === "own" ? "its own time" : "five minutes"}`);
      behaviours.set(`${name} ${keeping}`, await behaviourOf(bench, name, keeping, node));
    }
    return { measured, bytes, behaviours };
  } finally {
    await bench.close();
  }
}

async function run(options: BenchOptions): Promise<Row[]> {
  const { measured, bytes, behaviours } = await measureConsumers(options);
  const rows = (unit: string, key: keyof Measured): Row[] =>
    OTHERS.map((name) =>
      pairedRow(
        { bench: "consumer", case: name, unit },
        measured.ours.map((one) => one[key]),
        measured[name].map((one) => one[key]),
      ),
    );
  const ours = behaviours.get("ours five-minutes");
  const behaved = (unit: string, key: keyof Behaviour): Row[] =>
    BEHAVED.filter(([name]) => name !== "ours").map(([name, keeping]) =>
      countedRow(
        { bench: "consumer", case: keeping === "own" ? `${name}, as it is set by itself` : name, unit },
        ours?.[key] ?? NaN,
        behaviours.get(`${name} ${keeping}`)?.[key] ?? NaN,
      ),
    );
  return [
    ...rows("ms to the first token", "coldInMilliseconds"),
    ...rows("ms of the processor to the first token", "cpuInMilliseconds"),
    ...rows("MB at the peak", "peakInMegabytes"),
    ...rows("µs of a hot call", "hotInMicroseconds"),
    ...OTHERS.map((name) =>
      countedRow({ bench: "consumer", case: name, unit: "KB of code" }, bytes.ours / KILOBYTE, bytes[name] / KILOBYTE),
    ),
    ...behaved(`AWS calls of ${CALLS_AT_ONCE} at once`, "awsCallsAtOnce"),
    ...behaved(`valid tokens of ${CALLS} once the kept one expired`, "validOnceExpired"),
    ...behaved(`valid tokens of ${CALLS} while Secrets Manager is down`, "validWhileDown"),
  ];
}

export const consumer: Bench = { title: "A consumer's token: cold, hot, and when something is wrong", rounds: 41, run };
