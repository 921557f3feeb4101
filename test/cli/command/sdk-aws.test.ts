import { afterEach, expect, it, jest } from "@jest/globals";
import * as v from "valibot";
import { CommandError, endWith } from "../../../cli/command/failure";
import { sdkAws } from "../../../cli/command/sdk-aws";
import { AwsError } from "../../../cli/command/aws-failure";
import { withHttpServer, withoutCertificateChecks, withUntrustedHttps } from "../../piste/servers";

afterEach(() => {
  delete process.env["PISTE_DEBUG"];
  process.exitCode = undefined;
});

it("an answer that does not parse, which may hold a secret, is not shown: not with PISTE_DEBUG=1 either", async () => {
  process.env["PISTE_DEBUG"] = "1";
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const error = await withHttpServer(
    (_, outgoing) => outgoing.end('{"SecretString": canary-7f3a}'),
    (url) =>
      sdkAws({ endpoint: url.origin, region: "eu-west-3", credentials })
        .read("piste/qualif/chorus-pro/token")
        .catch((thrown: unknown) => thrown),
  );
  const said = jest.spyOn(console, "error").mockReturnValue();
  endWith(error, "en");
  const shown = said.mock.calls.join("\n");
  said.mockRestore();
  expect(shown).toContain("what answered is not AWS but a page");
  expect(shown).not.toContain("canary");
});

it.each([
  ["a parser", () => JSON.parse("canary-7f3a") as unknown],
  ["a schema", () => v.parse(v.object({ a: v.literal("b") }), { a: "canary-7f3a" })],
])("what %s quotes is not shown, wherever it was thrown", (_, parse) => {
  process.env["PISTE_DEBUG"] = "1";
  const said = jest.spyOn(console, "error").mockReturnValue();
  try {
    parse();
  } catch (error) {
    endWith(error, "en");
    endWith(new CommandError({ en: "no", fr: "non" }, "operator", { cause: error }), "en");
  }
  const shown = said.mock.calls.join("\n");
  said.mockRestore();
  expect(shown).toContain("sdk-aws.test.ts");
  expect(shown).not.toContain("canary");
});

it("AWS is asked of nobody without a certificate, with NODE_TLS_REJECT_UNAUTHORIZED=0", async () => {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const { result, received } = await withUntrustedHttps('{"SecretString":"value"}', (url) =>
    withoutCertificateChecks(() =>
      sdkAws({ endpoint: url.href, region: "eu-west-3", credentials })
        .read("piste/qualif/chorus-pro/token")
        .catch((error: unknown) => error),
    ),
  );
  expect(result).toBeInstanceOf(AwsError);
  expect(String(result)).toContain("self-signed certificate");
  expect(received).toEqual([]);
});
