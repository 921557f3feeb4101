/** Two accounts, two regions. The README has the order of deployment. */
import { existsSync } from "node:fs";
import { App } from "cdktf";
import { Consumer, PUBLISHED } from "./consumer";
import { ConsumerPlatform, PublisherPlatform } from "./platform";
import { Publisher } from "./publisher";

const app = new App();
const reader = new ConsumerPlatform(app);
for (const place of ["paris", "dublin"] as const) {
  // The publisher's key names the reader's role, which must exist.
  new PublisherPlatform(app, place).addDependency(reader);
  new Publisher(app, place);
}
// Needs the ARNs of the deployed publisher.
if (existsSync(PUBLISHED)) new Consumer(app);
app.synth();
