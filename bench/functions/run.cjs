/**
 * `node run.cjs <module> <input>`: loads a function as Lambda does and calls it once; one line of JSON says how long that
 * took, how long the processor worked, and the peak of memory.
 */
const { performance } = require("node:perf_hooks");
const { argv, cpuUsage, exit, resourceUsage, stdout } = require("node:process");
const [, , file, input] = argv;
// What the function logs is not what is measured.
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
