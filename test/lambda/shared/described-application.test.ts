import { describe, expect, it } from "@jest/globals";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { readDescribedApplication } from "../../../lambda/shared/described-application";
import { parameterReader, PARAMETERS_CLIENT_CONFIGURATION } from "../../../lambda/shared/parameters";
import { PlatformError } from "../../../lambda/shared/secret-store";

describe("a parameter", () => {
  it("is its text, asked for by its name", async () => {
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

  it("is given up on early enough for the function to say so", () => {
    expect(PARAMETERS_CLIENT_CONFIGURATION).toEqual({
      maxAttempts: 4,
      requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
    });
  });
});

describe("a description", () => {
  it("that AWS refuses is a failure of the platform", async () => {
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
