/**
 * `node run.cjs <module> <input> [calls]`: loads a function as Lambda does and calls it; one line of JSON says how long
 * the load with the first call took, how long each later call, and the peak of memory.
 */
const { performance } = require("node:perf_hooks");
const { argv, exit, resourceUsage, stdout } = require("node:process");
const [, , file, input, calls = "0"] = argv;
const event = JSON.parse(input);
// What the function logs is not what is measured.
const write = stdout.write.bind(stdout);
stdout.write = () => true;

async function main() {
  const startedAt = performance.now();
  const { handler } = require(file);
  const { outcome } = await handler(event);
  const coldInMilliseconds = performance.now() - startedAt;
  const peakInMegabytes = resourceUsage().maxRSS / 1024;
  const warmInMilliseconds = [];
  for (let call = 0; call < Number(calls); call++) {
    const from = performance.now();
    await handler(event);
    warmInMilliseconds.push(performance.now() - from);
  }
  write(`${JSON.stringify({ outcome, coldInMilliseconds, peakInMegabytes, warmInMilliseconds })}\n`);
  exit(0);
}

void main();
