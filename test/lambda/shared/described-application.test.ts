import { describe, expect, it } from "@jest/globals";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { readDescribedApplication } from "../../../lambda/shared/described-application";
import { parameterReader, PARAMETERS_CLIENT_CONFIGURATION } from "../../../lambda/shared/parameters";
import { PlatformError } from "../../../lambda/shared/secret-store";
import { withoutCertificateChecks, withUntrustedHttps } from "../../piste/servers";

describe("a parameter", () => {
  it("is read by its name", async () => {
    const sent: unknown[] = [];
    const read = parameterReader({
      send: (command: unknown) => {
        if (command instanceof GetParameterCommand) sent.push(command.input);
        return Promise.resolve(sent.length === 1 ? { Parameter: { Value: "[]" } } : {});
      },
    });
    expect(await read("/piste/qualif/chorus-pro")).toBe("[]");
    expect(await read("/empty")).toBe("");
    expect(sent).toEqual([{ Name: "/piste/qualif/chorus-pro" }, { Name: "/empty" }]);
  });

  it("times out early enough for the function to report it", () => {
    expect(PARAMETERS_CLIENT_CONFIGURATION).toEqual({
      maxAttempts: 4,
      requestHandler: expect.objectContaining({
        connectionTimeout: 1000,
        requestTimeout: 2000,
        throwOnRequestTimeout: true,
      }),
    });
  });

  it("is never read without a verified certificate, even with NODE_TLS_REJECT_UNAUTHORIZED=0", async () => {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const { result, received } = await withUntrustedHttps("{}", (url) => {
      const client = new SSMClient({
        ...PARAMETERS_CLIENT_CONFIGURATION,
        maxAttempts: 1,
        endpoint: url.href,
        region: "eu-west-3",
        credentials,
      });
      return withoutCertificateChecks(() => parameterReader(client)("/piste/qualif/chorus-pro").catch(String));
    });
    expect(result).toContain("self-signed certificate");
    expect(received).toEqual([]);
  });
});

describe("a description", () => {
  it("that AWS refuses is a platform failure", async () => {
    const cause = Object.assign(new Error("says AWS"), { name: "ParameterNotFound" });
    const error: unknown = await readDescribedApplication("qualif", "chorus-pro", () => Promise.reject(cause)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(PlatformError);
    expect(error).toMatchObject({
      message: "cannot read the parameter /piste/qualif/chorus-pro: ParameterNotFound: says AWS",
      cause,
    });
  });
});
