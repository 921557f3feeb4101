/**
 * `node run.cjs <module> <input> [calls]`: loads a function as Lambda does and calls it; one line of JSON says how long
 * the load with the first call took, how long each later call, how long the processor worked, and the
 * peak of memory.
 */
const { performance } = require("node:perf_hooks");
const { argv, cpuUsage, exit, resourceUsage, stdout } = require("node:process");
const [, , file, input, calls = "0"] = argv;
const event = JSON.parse(input);
// What the function logs is not what is measured.
const write = stdout.write.bind(stdout);
stdout.write = () => true;

const milliseconds = ({ user, system }) => (user + system) / 1000;

async function main() {
  const startedAt = performance.now();
  const cpuBefore = cpuUsage();
  const { handler } = require(file);
  const { outcome } = await handler(event);
  const coldInMilliseconds = performance.now() - startedAt;
  const coldCpuInMilliseconds = milliseconds(cpuUsage(cpuBefore));
  const warmInMilliseconds = [];
  const warmBefore = cpuUsage();
  for (let call = 0; call < Number(calls); call++) {
    const from = performance.now();
    await handler(event);
    warmInMilliseconds.push(performance.now() - from);
  }
  const warmCpuInMilliseconds = Number(calls) > 0 ? milliseconds(cpuUsage(warmBefore)) / Number(calls) : 0;
  const peakInMegabytes = resourceUsage().maxRSS / 1024;
  const cold = { coldInMilliseconds, coldCpuInMilliseconds, peakInMegabytes };
  write(`${JSON.stringify({ outcome, ...cold, warmInMilliseconds, warmCpuInMilliseconds })}\n`);
  exit(0);
}

void main();
