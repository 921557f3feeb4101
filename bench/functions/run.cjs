/**
 * `node run.cjs <module> <input>`: loads a function as Lambda does and calls it once. Prints elapsed time, processor
 * time and peak memory as a line of JSON.
 */
const { performance } = require("node:perf_hooks");
const { argv, cpuUsage, exit, resourceUsage, stdout } = require("node:process");
const [, , file, input] = argv;
// Discards the function's log.
const write = stdout.write.bind(stdout);
stdout.write = () => true;

async function main() {
  const startedAt = performance.now();
  const before = cpuUsage();
  const { handler } = require(file);
  const { outcome } = await handler(JSON.parse(input));
  const milliseconds = performance.now() - startedAt;
  const { user, system } = cpuUsage(before);
  const processorMilliseconds = (user + system) / 1000;
  write(
    `${JSON.stringify({ outcome, milliseconds, processorMilliseconds, megabytes: resourceUsage().maxRSS / 1024 })}\n`,
  );
  exit(0);
}

void main();
