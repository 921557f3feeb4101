/**
 * `tsx bench/synth-once.ts <applications>`: synthesizes prod as main.ts does, with so many applications, and says what the
 * process took for it from its start.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { App } from "cdktf";
import { PisteStack } from "../stacks/piste-stack";
import { synthesize } from "../stacks/synthesize";

export interface SynthesizedOnce {
  readonly milliseconds: number;
  /** Of the processor, which other programs do not add to. */
  readonly processorMilliseconds: number;
  /** The most that the process had at once. */
  readonly megabytes: number;
  readonly resources: number;
}

const size = Number(process.argv[2]);
const outdir = mkdtempSync(path.join(tmpdir(), "synth-once-"));
synthesize(() => {
  const app = new App({ outdir });
  const stack = new PisteStack(app, "prod", {
    account: "123456789012",
    state: { bucket: "our-terraform-state" },
    alarmEmails: ["equipe-facturation@exemple.fr"],
    applications: Array.from({ length: size }, (_, index) => ({
      name: `application-${index}`,
      technicalAccounts: [{ name: "default", structure: { identifier: "73282932000074", identifierType: "SIRET" } }],
    })),
  });
  app.synth();
  const milliseconds = performance.now();
  const { user, system } = process.cpuUsage();
  const megabytes = process.resourceUsage().maxRSS / 1024;
  const { resource = {} } = stack.toTerraform() as { readonly resource?: Readonly<Record<string, object>> };
  const once: SynthesizedOnce = {
    milliseconds,
    processorMilliseconds: (user + system) / 1000,
    megabytes,
    resources: Object.values(resource).reduce((sum, byId) => sum + Object.keys(byId).length, 0),
  };
  process.stdout.write(JSON.stringify(once));
});
rmSync(outdir, { recursive: true, force: true });
