import { describe, expect, it } from "@jest/globals";
import type { GetParametersByPathCommandOutput, SSMClient } from "@aws-sdk/client-ssm";
import fc from "fast-check";
import { describedApplications, type DescribedApplications } from "../../cli/described-applications";
import { accountTexts, descriptionTexts, hostileText } from "../hostile";
import { runs } from "../runs";

/** SSM with these parameters, in two pages. */
function ssmWith(
  parameters: Readonly<Record<string, string>>,
  arnOf = (name: string): string | undefined => `arn:aws:ssm:eu-west-3:123456789012:parameter${name}`,
): SSMClient {
  const all = Object.entries(parameters).map(([Name, Value]) => ({ Name, Value, ARN: arnOf(Name) }));
  const half = Math.ceil(all.length / 2);
  const send = ({ input }: { readonly input: { readonly NextToken?: string } }): Promise<unknown> => {
    const page: Partial<GetParametersByPathCommandOutput> =
      input.NextToken === undefined
        ? { Parameters: all.slice(0, half), NextToken: "2" }
        : { Parameters: all.slice(half) };
    return Promise.resolve(page);
  };
  return { send } as unknown as SSMClient;
}

const read = (parameters: Readonly<Record<string, string>>): Promise<DescribedApplications> =>
  describedApplications("qualif", ssmWith(parameters));

const description = (changes: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    environment: "qualif",
    application: "chorus-pro",
    scope: "openid",
    apis: ["chorus-pro-factures"],
    clientSecret: "piste/qualif/chorus-pro/client",
    tokenSecret: "piste/qualif/chorus-pro/token",
    function: "piste-qualif-chorus-pro-token-refresh",
    schedule: { group: "g", name: "n" },
    alarms: [],
    accountPages: 0,
    ...changes,
  });
const account = (changes: Readonly<Record<string, unknown>> = {}): object => ({
  name: "default",
  secret: "piste/qualif/chorus-pro/technical-account/default",
  structure: { identifier: "12345678901234", identifierType: "SIRET" },
  passwordLifetimeInDays: 424,
  ...changes,
});
const OTHER = description({ application: "other", tokenSecret: "piste/qualif/other/token" });

describe("the applications of an environment", () => {
  it("are read with all their accounts, in any order of parameters", async () => {
    const { applications } = await read({
      "/piste/qualif/chorus-pro/accounts/2": JSON.stringify([]),
      "/piste/qualif/chorus-pro/accounts/1": JSON.stringify([account()]),
      "/piste/qualif/chorus-pro": description({ accountPages: 2 }),
      "/piste/qualif/other": OTHER,
    });
    expect(applications.map(({ description: { application }, accounts }) => [application, accounts.length])).toEqual([
      ["chorus-pro", 1],
      ["other", 0],
    ]);
  });

  it("have a deployment date only while the description has its first version", async () => {
    const at = new Date("2026-11-25T10:00:00Z");
    const send = (): Promise<unknown> =>
      Promise.resolve({
        Parameters: [
          { Name: "/piste/qualif/chorus-pro", Value: description(), Version: 1, LastModifiedDate: at },
          { Name: "/piste/qualif/other", Value: OTHER, Version: 2, LastModifiedDate: at },
        ],
      });
    const { applications } = await describedApplications("qualif", { send } as unknown as SSMClient);
    expect(applications.map(({ deployedAt }) => deployedAt)).toEqual([at.getTime(), undefined]);
  });

  it("are empty without descriptions", async () => {
    expect(await read({})).toEqual({ applications: [], disbelieved: [] });
  });

  const PARAMETER = "/piste/qualif/chorus-pro";
  const PAGE = `${PARAMETER}/accounts/1`;
  const NOT_OWN = "names a secret that does not follow from the application's name";
  const ANOTHER = "describes another application or environment than its name says";
  const ELSEWHERE = "names something of another AWS account or region";

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ["is not JSON", { [PARAMETER]: "a note of somebody's" }, "does not hold JSON"],
    ["is another object", { [PARAMETER]: "{}" }, "does not describe an application, see environment"],
    ["is another application's", { [PARAMETER]: OTHER }, ANOTHER],
    ["is of prod", { [PARAMETER]: description({ environment: "prod" }) }, ANOTHER],
    [
      "names another application's token",
      { [PARAMETER]: description({ tokenSecret: "piste/prod/chorus-pro/token" }) },
      `${NOT_OWN} (tokenSecret)`,
    ],
    ["lacks a page", { [PARAMETER]: description({ accountPages: 1 }) }, "is missing"],
    [
      "names another application's account",
      {
        [PARAMETER]: description({ accountPages: 1 }),
        [PAGE]: JSON.stringify([account({ secret: "piste/prod/chorus-pro/technical-account/default" })]),
      },
      `${NOT_OWN} (account default)`,
    ],
    [
      "names an account twice",
      {
        [PARAMETER]: description({ accountPages: 1 }),
        [PAGE]: JSON.stringify([account(), account({ passwordLifetimeInDays: 1 })]),
      },
      "names the account default a second time",
    ],
    ["is too long", { [PARAMETER]: description() + " ".repeat(4096) }, "is longer than 4096 bytes"],
    [
      "names another region's secret",
      { [PARAMETER]: description({ clientSecret: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-AbCdEf" }) },
      `${ELSEWHERE} (clientSecret)`,
    ],
    [
      "names another AWS account's function",
      { [PARAMETER]: description({ function: "arn:aws:lambda:eu-west-3:999999999999:function:f" }) },
      `${ELSEWHERE} (function)`,
    ],
    [
      "names another AWS account's function by a partial ARN",
      { [PARAMETER]: description({ function: "999999999999:function:f" }) },
      "does not describe an application, see function",
    ],
    [
      "names another partition's alarm",
      { [PARAMETER]: description({ alarms: ["a", "arn:aws-cn:cloudwatch:eu-west-3:123456789012:alarm:a"] }) },
      `${ELSEWHERE} (alarms)`,
    ],
  ])("leave out, with the reason, one whose description %s", async (_, all, why) => {
    const parameter = PAGE in all || why === "is missing" ? PAGE : PARAMETER;
    const { applications, disbelieved } = await read({ ...all, "/piste/qualif/other": OTHER });
    expect(applications.map((one) => one.description.application)).toEqual(["other"]);
    expect(disbelieved).toMatchObject([
      {
        application: "chorus-pro",
        parameter,
        text: { en: `The SSM parameter ${parameter} is ignored: it ${why}.` },
      },
    ]);
  });

  it("may be described by ARNs of this account and region", async () => {
    const { applications } = await read({
      [PARAMETER]: description({
        clientSecret: "arn:aws:secretsmanager:eu-west-3:123456789012:secret:piste/qualif/chorus-pro/client-AbCdEf",
        function: "arn:aws:lambda:eu-west-3:123456789012:function:f",
        alarms: ["arn:aws:cloudwatch:eu-west-3:123456789012:alarm:an-alarm", "another:alarm"],
      }),
    });
    expect(applications).toMatchObject([
      {
        description: {
          clientSecret: "piste/qualif/chorus-pro/client",
          function: "f",
          alarms: ["an-alarm", "another:alarm"],
        },
      },
    ]);
  });

  it("are left out when they use ARNs and AWS does not give the parameter's own ARN", async () => {
    const { disbelieved } = await describedApplications(
      "qualif",
      ssmWith(
        { [PARAMETER]: description({ function: "arn:aws:lambda:eu-west-3:123456789012:function:f" }) },
        () => undefined,
      ),
    );
    expect(disbelieved).toHaveLength(1);
  });

  it("are read or left out with a reason, for any parameters", async () => {
    const parameters = fc.record({
      "/piste/qualif/chorus-pro": descriptionTexts("qualif"),
      "/piste/qualif/chorus-pro/accounts/1": accountTexts("qualif"),
      "/piste/qualif/chorus-pro/accounts/2": accountTexts("qualif"),
      "/piste/qualif/other": fc.oneof(hostileText, fc.constant(OTHER)),
    });
    await fc.assert(
      fc.asyncProperty(parameters, async (all) => {
        const { applications, disbelieved } = await read(all);
        expect(
          [
            ...applications.map((one) => one.description.application),
            ...disbelieved.map((one) => one.application),
          ].sort(),
        ).toEqual(["chorus-pro", "other"]);
      }),
      { seed: 5, numRuns: runs(500) },
    );
  });
});
