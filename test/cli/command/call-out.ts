/** Program: calls PISTE's gateway and AWS once, and prints the results as JSON. */
import { openTarget } from "../../../cli/command/target";
import { messageOf } from "../../../piste/user-error";

async function main(): Promise<void> {
  const { apiBaseUrl, transport, aws, proxy } = openTarget("qualif", { region: "eu-west-3" });
  const url = new URL("/cpro/transverses/v1/health-check", apiBaseUrl);
  const piste = await transport({ url, method: "GET", headers: {}, timeoutInMilliseconds: 5_000 }).then(
    ({ status, body }) => `${status} ${body}`,
    messageOf,
  );
  const identity = await aws.identity().then(({ account }) => account, messageOf);
  process.stdout.write(JSON.stringify({ piste, identity, proxy }));
}
void main();
