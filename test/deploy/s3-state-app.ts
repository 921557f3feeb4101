/** The app with the state of both environments in one bucket, and with every option in qualif. */
import { App } from "cdktf";
import { PisteStack } from "../../stacks/piste-stack";
import { prod } from "../../stacks/prod";
import { qualif } from "../../stacks/qualif";
import { addStateStacks } from "../../stacks/state-stack";

const state = { bucket: "test-terraform-state" };
const app = new App();
new PisteStack(app, "qualif", {
  ...qualif,
  applications: qualif.applications.map((application) => ({ ...application, connectionCheck: true })),
  alarmEmails: ["equipe-facturation@exemple.fr"],
  encryptAlarms: true,
  state,
});
new PisteStack(app, "prod", { ...prod, state });
addStateStacks(app, { qualif: { ...qualif, state }, prod: { ...prod, state } });
app.synth();
