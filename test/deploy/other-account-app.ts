/** Prod in an account other than that of the credentials. */
import { App } from "cdktf";
import { PisteStack } from "../../stacks/piste-stack";
import { prod } from "../../stacks/prod";

const app = new App();
new PisteStack(app, "prod", { ...prod, account: "210987654321" });
app.synth();
