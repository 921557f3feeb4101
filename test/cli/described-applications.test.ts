import { describe, expect, it } from "@jest/globals";
import type { GetParametersByPathCommandOutput, SSMClient } from "@aws-sdk/client-ssm";
import fc from "fast-check";
import { CommandError } from "../../cli/command/failure";
import { describedApplications, type DescribedApplication } from "../../cli/described-applications";
import { accountTexts, descriptionTexts, hostileText } from "../hostile";
import { runs } from "../runs";

/** SSM, in two pages, with these parameters. */
function ssmWith(parameters: Readonly<Record<string, string>>): SSMClient {
  const all = Object.entries(parameters).map(([Name, Value]) => ({ Name, Value }));
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

const read = (parameters: Readonly<Record<string, string>>): Promise<DescribedApplication[]> =>
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
  it("are read with all their accounts, whatever the order", async () => {
    const found = await read({
      "/piste/qualif/chorus-pro/accounts/2": JSON.stringify([]),
      "/piste/qualif/chorus-pro/accounts/1": JSON.stringify([account()]),
      "/piste/qualif/chorus-pro": description({ accountPages: 2 }),
      "/piste/qualif/other": OTHER,
    });
    expect(found.map(({ description: { application }, accounts }) => [application, accounts.length])).toEqual([
      ["chorus-pro", 1],
      ["other", 0],
    ]);
  });

  it("were deployed when their descriptions were first written; once changed, nobody knows", async () => {
    const at = new Date("2026-11-25T10:00:00Z");
    const send = (): Promise<unknown> =>
      Promise.resolve({
        Parameters: [
          { Name: "/piste/qualif/chorus-pro", Value: description(), Version: 1, LastModifiedDate: at },
          { Name: "/piste/qualif/other", Value: OTHER, Version: 2, LastModifiedDate: at },
        ],
      });
    const found = await describedApplications("qualif", { send } as unknown as SSMClient);
    expect(found.map(({ deployedAt }) => deployedAt)).toEqual([at.getTime(), undefined]);
  });

  it("are none where nothing is described", async () => {
    expect(await read({})).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ["is no JSON", { "/piste/qualif/chorus-pro": "a note of somebody's" }],
    ["is something else's", { "/piste/qualif/chorus-pro": "{}" }],
    ["is another's", { "/piste/qualif/chorus-pro": OTHER }],
    ["is of prod", { "/piste/qualif/chorus-pro": description({ environment: "prod" }) }],
    [
      "leads to another's token",
      { "/piste/qualif/chorus-pro": description({ tokenSecret: "piste/prod/chorus-pro/token" }) },
    ],
    ["lacks a page", { "/piste/qualif/chorus-pro": description({ accountPages: 1 }) }],
    [
      "leads to another's account",
      {
        "/piste/qualif/chorus-pro": description({ accountPages: 1 }),
        "/piste/qualif/chorus-pro/accounts/1": JSON.stringify([
          account({ secret: "piste/prod/chorus-pro/technical-account/default" }),
        ]),
      },
    ],
  ])("do not count one whose description %s, and the others are found", async (_, parameters) => {
    expect(
      (await read({ ...parameters, "/piste/qualif/other": OTHER })).map((one) => one.description.application),
    ).toEqual(["other"]);
    const error = await read(parameters).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CommandError);
    expect((error as CommandError).owner).toBe("operator");
    expect((error as CommandError).message).toMatch(/^The SSM parameter \/piste\/qualif\/chorus-pro does not describe/);
  });

  it("are found, or it is said that nothing describes one, whatever the parameters hold", async () => {
    const parameters = fc.record({
      "/piste/qualif/chorus-pro": descriptionTexts("qualif"),
      "/piste/qualif/chorus-pro/accounts/1": accountTexts("qualif"),
      "/piste/qualif/chorus-pro/accounts/2": accountTexts("qualif"),
      "/piste/qualif/other": fc.oneof(hostileText, fc.constant(OTHER)),
    });
    await fc.assert(
      fc.asyncProperty(parameters, async (all) => {
        try {
          const found = await read(all);
          expect(found.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(CommandError);
        }
      }),
      { seed: 5, numRuns: runs(500) },
    );
  });
});
