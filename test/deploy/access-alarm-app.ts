/** Prod, with the alarm on access to client credentials and encrypted topics. */
import { App } from "cdktf";
import { PisteStack } from "../../stacks/piste-stack";
import { prod } from "../../stacks/prod";
import { DEPLOYER } from "../constructs/access-events";

const app = new App();
new PisteStack(app, "prod", { ...prod, encryptAlarms: true, accessAlarm: { deployerRoleArns: [DEPLOYER] } });
app.synth();
