/**
 * `node run.cjs <module>`, forked: loads a consumer's function as Lambda does and calls it, and says how long that took;
 * then does what it is told by messages.
 */
const { performance } = require("node:perf_hooks");
const process = require("node:process");
const [, , file] = process.argv;
const context = () => ({ getRemainingTimeInMillis: () => 30_000 });

async function tokenOrError(handler) {
  try {
    return await handler({}, context());
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
}

const ORDERS = {
  /** So many calls at once: what came of each. */
  together: (handler, times) => Promise.all(Array.from({ length: times }, () => tokenOrError(handler))),
  /** One call after the other for so many milliseconds: the microseconds of one. */
  async hot(handler, milliseconds) {
    const from = performance.now();
    let calls = 0;
    while (performance.now() - from < milliseconds) {
      await handler({}, context());
      calls += 1;
    }
    return ((performance.now() - from) * 1000) / calls;
  },
  /** Lets so many seconds pass, as far as this process can tell. */
  async wait(_handler, seconds) {
    const now = Date.now.bind(Date);
    Date.now = () => now() + seconds * 1000;
  },
};

/** Of this process so far, in milliseconds: what other programs do meanwhile changes it little. */
function cpu() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function main() {
  const cpuBefore = cpu();
  const startedAt = performance.now();
  const { handler } = require(file);
  if (process.env.BENCH_FIRST === "none") {
    process.send({ ready: true });
  } else {
    const token = await tokenOrError(handler);
    const coldInMilliseconds = performance.now() - startedAt;
    const cpuInMilliseconds = cpu() - cpuBefore;
    const peakInMegabytes = process.resourceUsage().maxRSS / 1024;
    process.send({ token, coldInMilliseconds, cpuInMilliseconds, peakInMegabytes });
  }
  process.on("message", ({ what, much }) => {
    void ORDERS[what](handler, much).then((result) => process.send({ result }));
  });
}

void main();
