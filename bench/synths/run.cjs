/**
 * `run.cjs <module> <applications> <folder>`: loads a module, has it synthesize so many applications into the folder, and
 * says in a line of JSON what the process took for that from its start.
 */
const { performance } = require("node:perf_hooks");
const { argv, cpuUsage, resourceUsage, stdout } = require("node:process");
const [, , file, applications, folder] = argv;

require(file).synthesize(Number(applications), folder);
const milliseconds = performance.now();
const { user, system } = cpuUsage();
const megabytes = resourceUsage().maxRSS / 1024;
stdout.write(`\n${JSON.stringify({ milliseconds, processorMilliseconds: (user + system) / 1000, megabytes })}\n`);
