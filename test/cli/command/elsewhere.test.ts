/** A stack in another region than the shell's. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { sdkAws } from "../../../cli/command/sdk-aws";

const credentials = { accessKeyId: "test", secretAccessKey: "test" };
let server: Server;
let deniedIn = "";

beforeAll(async () => {
  server = createServer(({ headers }, outgoing) => {
    const region = headers.authorization?.split("/")[2] ?? "";
    outgoing.setHeader("content-type", "application/x-amz-json-1.1");
    if (region === deniedIn) {
      outgoing.statusCode = 400;
      outgoing.end(JSON.stringify({ __type: "AccessDeniedException", message: "no" }));
      return;
    }
    const name = "/piste/qualif/chorus-pro";
    outgoing.end(JSON.stringify({ Parameters: region === "eu-west-3" ? [{ Name: name, Value: "{}" }] : [] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.close();
});

const applicationsIn = (region: string) => {
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return sdkAws({ region, endpoint, credentials }).applications("qualif");
};

it("looks in the usual region if the shell's region has no stack or denies access", async () => {
  deniedIn = "";
  expect(await applicationsIn("us-east-1")).toEqual({ applications: [], disbelieved: [], elsewhere: "eu-west-3" });
  deniedIn = "us-east-1";
  expect(await applicationsIn("us-east-1")).toMatchObject({ elsewhere: "eu-west-3" });
});

it("does not look elsewhere after a result, and keeps a refusal if nothing is found there", async () => {
  deniedIn = "us-east-1";
  expect(await applicationsIn("eu-west-3")).not.toHaveProperty("elsewhere");
  deniedIn = "eu-west-3";
  await expect(applicationsIn("eu-west-3")).rejects.toMatchObject({ kind: "denied" });
  expect(await applicationsIn("us-east-1")).toEqual({ applications: [], disbelieved: [] });
});
