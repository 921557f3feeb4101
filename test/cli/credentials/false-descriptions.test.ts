/** An attacker who may write one application's SSM description must not get the client secret that an administrator types. */
import { describe, expect, it } from "@jest/globals";
import type { GetParametersByPathCommandOutput, SSMClient } from "@aws-sdk/client-ssm";
import { describedApplications } from "../../../cli/described-applications";
import { promoteClient, rollBackClient } from "../../../cli/credentials/rollback";
import { setAccount } from "../../../cli/credentials/set-account";
import { setClient } from "../../../cli/credentials/set-client";
import type { Description } from "../../../piste/description";
import type { Text } from "../../../piste/language";
import { clientSecretName, tokenSecretName } from "../../../piste/names";
import {
  ACCOUNT,
  CLIENT,
  CLIENT_SECRET,
  describedAccount,
  description,
  everythingOf,
  failureOf,
  NEW_CLIENT,
  openFixture,
  valuesOf,
  type Fixture,
  type FixtureOptions,
} from "./fixture";

const DROPBOX = "team-b/dropbox";
const OTHER = clientSecretName("qualif", "other");
const FOREIGN_SECRET = "arn:aws:secretsmanager:eu-west-3:999999999999:secret:dropbox-AbCdEf";
const FOREIGN_FUNCTION = "arn:aws:lambda:eu-west-3:999999999999:function:piste-qualif-chorus-pro-token-refresh";
const PARAMETER = "/piste/qualif/chorus-pro";
const PAGE = `${PARAMETER}/accounts/1`;

type Parameters = Readonly<Record<string, unknown>>;

/** SSM with these parameters; anything but a string becomes JSON. */
function ssmWith(parameters: Parameters): SSMClient {
  const answer: Partial<GetParametersByPathCommandOutput> = {
    Parameters: Object.entries(parameters).map(([Name, value]) => ({
      Name,
      Value: typeof value === "string" ? value : JSON.stringify(value),
      ARN: `arn:aws:ssm:eu-west-3:123456789012:parameter${Name}`,
    })),
  };
  return { send: () => Promise.resolve(answer) } as unknown as SSMClient;
}

const other = description({
  application: "other",
  clientSecret: OTHER,
  tokenSecret: tokenSecretName("qualif", "other"),
  function: "piste-qualif-other-token-refresh",
  accountPages: 0,
});

/** The fixture reads descriptions as the command does; all secrets that they may name exist. */
function attacked(parameters: Parameters, options: FixtureOptions = { piped: CLIENT }): Fixture {
  const fixture = openFixture(options);
  const { aws } = fixture;
  aws.create(DROPBOX, OTHER, FOREIGN_SECRET);
  aws.applications = (environment) => describedApplications(environment, ssmWith(parameters));
  return fixture;
}

const chorusPro = (changes: Partial<Description> = {}): Parameters => ({
  [PARAMETER]: description({ accountPages: 0, ...changes }),
});

/** Adds versions to promote and to roll back to. */
function fill({ aws }: Fixture, secret: string): void {
  aws.put(secret, NEW_CLIENT);
  aws.put(secret, CLIENT);
  aws.put(secret, NEW_CLIENT, ["AWSPENDING"]);
}

function expectNothingStored({ aws }: Fixture): void {
  expect(aws.asked.filter((asked) => /^(?:store|moveLabel|invoke) /.test(asked))).toEqual([]);
}

describe("storing client credentials, if the description names", () => {
  const ACTS = {
    set: (fixture: Fixture) => setClient(fixture.session, { test: true, application: "chorus-pro" }),
    "set --no-test": (fixture: Fixture) => setClient(fixture.session, { test: false, application: "chorus-pro" }),
    promote: (fixture: Fixture) => promoteClient(fixture.session, { application: "chorus-pro" }),
    rollback: (fixture: Fixture) => rollBackClient(fixture.session, { application: "chorus-pro" }),
  };
  const acts = Object.entries(ACTS);

  it.each(acts)("another secret, changes nothing and asks for --secret: %s", async (_, act) => {
    const fixture = attacked(chorusPro({ clientSecret: DROPBOX }));
    fill(fixture, DROPBOX);
    const error = await failureOf(act(fixture));
    expectNothingStored(fixture);
    expect(error.owner).toBe("operator");
    expect(error.text.en).toMatch(/team-b\/dropbox[^]*`--secret/);
    expect(error.text.fr).toMatch(/team-b\/dropbox[^]*`--secret/);
  });

  it.each(acts)("another application's secret, names that application's command: %s", async (name, act) => {
    const fixture = attacked({ ...chorusPro({ clientSecret: OTHER }), "/piste/qualif/other": other });
    fill(fixture, OTHER);
    const error = await failureOf(act(fixture));
    expectNothingStored(fixture);
    const [verb = ""] = name.split(" ");
    expect(error.text.en).toContain(`\`npx piste credentials ${verb} qualif client --application other\``);
    expect(error.text.fr).toContain(`\`npx piste credentials ${verb} qualif client --application other\``);
  });

  it.each(acts)("a secret or function of another AWS account, is refused: %s", async (_, act) => {
    for (const changes of [{ clientSecret: FOREIGN_SECRET }, { function: FOREIGN_FUNCTION }]) {
      const fixture = attacked(chorusPro(changes));
      fill(fixture, CLIENT_SECRET);
      const error = await failureOf(act(fixture));
      expectNothingStored(fixture);
      expect(error.text.en).toMatch(/\/piste\/qualif\/chorus-pro[^]*another AWS account or region/);
      expect(everythingOf(fixture, error)).not.toContain("999999999999");
    }
  });

  it("a function of another AWS account by a partial ARN, is refused", async () => {
    const fixture = attacked(chorusPro({ function: "999999999999:function:piste-qualif-chorus-pro-token-refresh" }));
    await failureOf(ACTS.set(fixture));
    expectNothingStored(fixture);
  });
});

describe("an invalid description", () => {
  it.each<[string, Parameters, RegExp]>([
    ["has another application's name", { [PARAMETER]: other }, /another application/],
    [
      "has a page over the size limit",
      { ...chorusPro({ accountPages: 1 }), [PAGE]: `${JSON.stringify([describedAccount()])}${" ".repeat(4096)}` },
      /4,?096/,
    ],
    ["has an invalid page", { ...chorusPro({ accountPages: 1 }), [PAGE]: "[{]" }, /JSON/],
    ["lacks a page", chorusPro({ accountPages: 2 }), /accounts\/1/],
    [
      "has an account with another's secret",
      { ...chorusPro({ accountPages: 1 }), [PAGE]: [describedAccount("default", { secret: DROPBOX })] },
      /account default/,
    ],
  ])("prevents storing: it %s", async (_, parameters, says) => {
    const all = { ...parameters, "/piste/qualif/other": other };
    const client = attacked(all);
    const account = attacked(all, { piped: ACCOUNT });
    for (const [fixture, act] of [
      [client, () => setClient(client.session, { test: true, application: "chorus-pro" })],
      [account, () => setAccount(account.session, { test: false, application: "chorus-pro" })],
    ] as const) {
      const error = await failureOf(act());
      expectNothingStored(fixture);
      expect(error.text.en).toMatch(says);
      expect(error.text.en).toContain(PARAMETER);
      expect(error.text.en).not.toMatch(/There is no application/);
      for (const value of valuesOf(CLIENT, ACCOUNT)) expect(everythingOf(fixture, error)).not.toContain(value);
    }
  });

  it("causes a one-line warning for another application", async () => {
    const fixture = attacked({ ...chorusPro(), "/piste/qualif/other": "canary, invalid" });
    const warned: Text[] = [];
    const target = { ...fixture.session.target, warn: (text: Text) => void warned.push(text) };
    await setClient({ ...fixture.session, target }, { test: false, application: "chorus-pro" });
    expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
    expect(warned).toEqual([
      {
        en: "The SSM parameter /piste/qualif/other is ignored: it does not hold JSON.",
        fr: "Le paramètre SSM /piste/qualif/other n'est pas pris en compte : il ne contient pas de JSON.",
      },
    ]);
  });

  it("still counts when the command chooses the only application", async () => {
    const fixture = attacked({ [PARAMETER]: "invalid", "/piste/qualif/other": other });
    const error = await failureOf(setClient(fixture.session, { test: true }));
    expectNothingStored(fixture);
    expect(error.text.en).toMatch(/`--application`/);
  });
});
