import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import { startAwsEmulator, type AwsEmulator } from "../../../scripts/local/aws-emulator";

// May include a download.
jest.setTimeout(300_000);

let aws: AwsEmulator;
beforeAll(async () => {
  aws = await startAwsEmulator("test-aws-emulator", undefined, () => undefined);
});
afterAll(() => {
  aws.stop();
});

/** Headers that would let a page of that site read an answer, or send more than a form can. */
const allowed = async (path: string, init: RequestInit): Promise<(string | null)[]> => {
  const { headers } = await fetch(`${aws.endpoint}${path}`, {
    ...init,
    headers: { ...(init.headers as Record<string, string> | undefined), origin: "https://evil.example" },
  });
  return [headers.get("access-control-allow-origin"), headers.get("access-control-allow-headers")];
};

it("the emulated AWS lets no web page read its answers or send AWS's own headers", async () => {
  expect(await allowed("/", { method: "POST", body: "Action=GetCallerIdentity&Version=2011-06-15" })).toEqual([
    null,
    null,
  ]);
  expect(
    await allowed("/2015-03-31/functions/x/configuration", {
      method: "OPTIONS",
      headers: {
        "access-control-request-method": "PUT",
        "access-control-request-headers": "authorization,x-amz-target",
      },
    }),
  ).toEqual([null, null]);
});
