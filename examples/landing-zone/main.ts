/** Two accounts, two regions: the README says in which order they are deployed. */
import { existsSync } from "node:fs";
import { App } from "cdktf";
import { Consumer, PUBLISHED } from "./consumer";
import { ConsumerPlatform, PublisherPlatform } from "./platform";
import { Publisher } from "./publisher";

const app = new App();
const reader = new ConsumerPlatform(app);
for (const place of ["paris", "dublin"] as const) {
  // Its key names the reader's role, which has to exist.
  new PublisherPlatform(app, place).addDependency(reader);
  new Publisher(app, place);
}
// It needs the ARNs of what the publisher has deployed.
if (existsSync(PUBLISHED)) new Consumer(app);
app.synth();
