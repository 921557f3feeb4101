/** prod as main.ts makes it, with so many applications. */
import { App } from "cdktf";
import { PisteStack } from "../../stacks/piste-stack";
import { synthesize as run } from "../../stacks/synthesize";

export function synthesize(applications: number, outdir: string): void {
  run(() => {
    const app = new App({ outdir });
    new PisteStack(app, "prod", {
      account: "123456789012",
      state: { bucket: "our-terraform-state" },
      alarmEmails: ["equipe-facturation@exemple.fr"],
      applications: Array.from({ length: applications }, (_, index) => ({
        name: `application-${index}`,
        technicalAccounts: [{ name: "default", structure: { identifier: "73282932000074", identifierType: "SIRET" } }],
      })),
    });
    app.synth();
  });
}
