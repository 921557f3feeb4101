import { afterEach, describe, expect, it, jest } from "@jest/globals";
import * as v from "valibot";
import type { Aws } from "../../../cli/command/aws";
import { CommandError, endWith } from "../../../cli/command/failure";
import { sdkAws } from "../../../cli/command/sdk-aws";
import { AwsError } from "../../../cli/command/aws-failure";
import type { DescribedApplications } from "../../../cli/described-applications";
import { withHttpServer, withoutCertificateChecks, withUntrustedHttps } from "../../piste/servers";

const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };
const fail = (): never => {
  throw new Error("none is described");
};

afterEach(() => {
  delete process.env["PISTE_DEBUG"];
  process.exitCode = undefined;
});

it("never shows an unparsable answer, which may hold a secret, not even with PISTE_DEBUG=1", async () => {
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
  expect(shown).toContain("the answer is a web page");
  expect(shown).not.toContain("canary");
});

it.each([
  ["a parser", () => JSON.parse("canary-7f3a") as unknown],
  ["a schema", () => v.parse(v.object({ a: v.literal("b") }), { a: "canary-7f3a" })],
])("never shows the text that %s quotes in its error", (_, parse) => {
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

it("verifies AWS's certificate even with NODE_TLS_REJECT_UNAUTHORIZED=0", async () => {
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

describe("the policy in a message about a refusal", () => {
  const described = (application: string, functionName: string): object => ({
    Name: `/piste/qualif/${application}`,
    Value: JSON.stringify({
      environment: "qualif",
      application,
      scope: "openid",
      apis: ["legifrance"],
      clientSecret: `piste/qualif/${application}/client`,
      tokenSecret: `piste/qualif/${application}/token`,
      function: functionName,
      schedule: { group: "g", name: "n" },
      alarms: [],
      accountPages: 0,
    }),
  });
  const named = async (refuse: (aws: Aws, all: DescribedApplications) => Promise<unknown>, application?: string) => {
    const Parameters = [
      described("captcha", "ville-piste-qualif-captcha-token-refresh"),
      described("annuaire", "own-name"),
    ];
    const message = "User: arn:aws:sts::123456789012:assumed-role/r/s is not authorized";
    const options = { region: "eu-west-1", credentials: CREDENTIALS, environment: "qualif", application } as const;
    return withHttpServer(
      ({ headers }, outgoing) => {
        const isKnown = headers["x-amz-target"] === "AmazonSSM.GetParametersByPath";
        outgoing.writeHead(isKnown ? 200 : 400, { "content-type": "application/x-amz-json-1.1" });
        outgoing.end(JSON.stringify(isKnown ? { Parameters } : { __type: "AccessDeniedException", message }));
      },
      async (url) => {
        const aws = sdkAws({ ...options, endpoint: url.origin });
        const error = await refuse(aws, await aws.applications("qualif")).catch((thrown: unknown) => thrown);
        return /`(npx piste policy [^`]+)`/.exec(String(error))?.[1]?.replace(COMMON, "…");
      },
    );
  };
  const COMMON = "--environment qualif --account-id 123456789012 --region eu-west-1";

  it("has the application and the name prefix of the resource", async () => {
    expect(await named((aws) => aws.versions("piste/qualif/captcha/client"))).toBe(
      "npx piste policy operator … --application captcha --name-prefix ville",
    );
    expect(await named((aws) => aws.read("piste/qualif/annuaire/token"))).toBe(
      "npx piste policy operator … --application annuaire",
    );
    const latestRun = (aws: Aws, { applications: [first] }: DescribedApplications): Promise<unknown> =>
      aws.latestRun(first?.description ?? fail());
    expect(await named(latestRun)).toBe("npx piste policy operator … --application captcha --name-prefix ville");
    const looked = (aws: Aws): Promise<unknown> => aws.observed().definitions(["alarm"]);
    expect(await named(looked, "captcha")).toBe(
      "npx piste policy verifier … --application captcha --name-prefix ville",
    );
    // The refusal could be about either application.
    expect(await named(looked)).toBe("npx piste policy verifier …");
  });
});
