/** A publisher's stacks: in qualif one application with 300 technical accounts, in prod five applications. */
import { App } from "cdktf";
import { PisteStack } from "../../stacks/piste-stack";

const structure = { identifier: "12345678200010", identifierType: "SIRET" } as const;
const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(3, "0")}`);

const app = new App();
new PisteStack(app, "qualif", {
  applications: [
    {
      name: "publisher",
      technicalAccounts: numbered("account", 300).map((name) => ({ name, structure })),
      connectionCheck: true,
    },
  ],
});
new PisteStack(app, "prod", {
  applications: numbered("client", 5).map((name) => ({ name })),
});
app.synth();
