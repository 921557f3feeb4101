/**
 * `node --import tsx synthesize.cjs <applications> <folder>`: synthesizes prod with that many applications; 0 is an
 * empty stack without our code. Prints what the process used since its start as a line of JSON.
 */
const { performance } = require("node:perf_hooks");
const { argv, cpuUsage, resourceUsage, stdout } = require("node:process");
const { App, TerraformStack } = require("cdktf");
const [, , applications, outdir] = argv;

function prod(app) {
  const { PisteStack } = require("../stacks/piste-stack");
  new PisteStack(app, "prod", {
    account: "123456789012",
    state: { bucket: "our-terraform-state" },
    alarmEmails: ["equipe-facturation@exemple.fr"],
    applications: Array.from({ length: Number(applications) }, (_, index) => ({
      name: `application-${index}`,
      technicalAccounts: [{ name: "default", structure: { identifier: "73282932000074", identifierType: "SIRET" } }],
    })),
  });
}

const app = new App({ outdir });
if (applications === "0") {
  new TerraformStack(app, "prod");
  app.synth();
} else {
  require("../stacks/synthesize").synthesize(() => {
    prod(app);
    app.synth();
  });
}
const milliseconds = performance.now();
const { user, system } = cpuUsage();
const megabytes = resourceUsage().maxRSS / 1024;
stdout.write(`\n${JSON.stringify({ milliseconds, processorMilliseconds: (user + system) / 1000, megabytes })}\n`);
