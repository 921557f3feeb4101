import { describe, expect, it } from "@jest/globals";
import { enterAccount, enterClient } from "../../../cli/credentials/enter";
import { parseDay } from "../../../piste/password-age";
import { ACCOUNT, CLIENT, english, everythingOf, failureOf, openFixture, SIRET, valuesOf, type Typed } from "./fixture";

const FORM = { structure: { identifier: SIRET, identifierType: "SIRET" }, passwordLifetimeInDays: 424 };
const TODAY = Date.parse("2026-11-25") / 86_400_000;
const typing = (...typed: readonly Typed[]): ReturnType<typeof openFixture> => openFixture({ typed });

describe("client credentials on a terminal", () => {
  it("are asked for one by one, with a warning about the API key pair", async () => {
    const fixture = typing(CLIENT.client_id, CLIENT.client_secret);
    expect(await enterClient(fixture.session)).toEqual(CLIENT);
    expect(english(fixture)).toMatch(/OAuth2 pair.*not its API key pair[^]*Client id\nClient secret/);
  });

  it("are asked for again while they are empty or longer than a line", async () => {
    const fixture = typing("", CLIENT.client_id, "one\ntwo", CLIENT.client_secret);
    expect(await enterClient(fixture.session)).toEqual(CLIENT);
    expect(english(fixture)).toMatch(/The client id is empty\.[^]*The client secret contains a line break/);
  });

  it.each([
    ["by default", ""],
    ["when the person says so", true],
  ] as const)("are trimmed %s", async (_, answer) => {
    const fixture = typing(`${CLIENT.client_id} `, answer, CLIENT.client_secret);
    expect(await enterClient(fixture.session)).toEqual(CLIENT);
  });

  it("keep their white space if the person wants it, with a doubt", async () => {
    const fixture = typing(`${CLIENT.client_id} `, false, CLIENT.client_secret, true);
    expect((await enterClient(fixture.session)).client_id).toBe(`${CLIENT.client_id} `);
    expect(english(fixture)).toMatch(/Warning: The client id has white space around it/);
  });

  it("are asked for again after a doubt, by default", async () => {
    const fixture = typing("not-a-uuid", CLIENT.client_secret, "", CLIENT.client_id, CLIENT.client_secret);
    expect(await enterClient(fixture.session)).toEqual(CLIENT);
    expect(english(fixture)).toMatch(/does not look like a UUID[^]*Continue anyway\?[^]*Enter the values again/);
  });

  it("are accepted despite a doubt if the person confirms", async () => {
    const fixture = typing("not-a-uuid", CLIENT.client_secret, true);
    expect((await enterClient(fixture.session)).client_id).toBe("not-a-uuid");
  });
});

describe("a technical account on a terminal", () => {
  it("has today's date unless the person gives another", async () => {
    const fixture = typing(ACCOUNT.login, ACCOUNT.password, "");
    expect(await enterAccount(fixture.session, FORM)).toEqual({ ...ACCOUNT, changedOn: TODAY, isDated: false });
    const earlier = typing(ACCOUNT.login, ACCOUNT.password, "2026-11-20");
    expect(await enterAccount(earlier.session, FORM)).toEqual({ ...ACCOUNT, changedOn: TODAY - 5, isDated: true });
  });

  it("needs another date if the first is invalid or in the future", async () => {
    const fixture = typing(ACCOUNT.login, ACCOUNT.password, "2026-12-01", "soon", "2026-11-24");
    expect((await enterAccount(fixture.session, FORM)).changedOn).toBe(TODAY - 1);
    expect(english(fixture)).toMatch(/must not be in the future\.[^]*must be written yyyy-mm-dd/);
  });

  it("causes a doubt when its password must have expired", async () => {
    const fixture = typing(ACCOUNT.login, ACCOUNT.password, "2025-01-01", true);
    await enterAccount(fixture.session, FORM);
    expect(english(fixture)).toContain("had to be changed by 1 March 2026");
  });
});

it.each(["29/10/2026", "2026-10-29", " 29/10/2026 "])("accepts French and ISO dates: %j", async (day) => {
  const fixture = typing(ACCOUNT.login, ACCOUNT.password, day);
  expect((await enterAccount(fixture.session, FORM)).changedOn).toBe(parseDay("2026-10-29"));
  const piped = openFixture({ piped: { ...ACCOUNT, changedOn: day } });
  expect((await enterAccount(piped.session, FORM)).changedOn).toBe(parseDay("2026-10-29"));
});

describe("piped credentials", () => {
  it("are read as JSON, with or without a byte order mark", async () => {
    expect(await enterClient(openFixture({ piped: CLIENT }).session)).toEqual(CLIENT);
    expect(await enterClient(openFixture({ piped: `\uFEFF${JSON.stringify(CLIENT)}\n` }).session)).toEqual(CLIENT);
    expect(await enterAccount(openFixture({ piped: ACCOUNT }).session, FORM)).toEqual({
      ...ACCOUNT,
      changedOn: TODAY,
      isDated: false,
    });
    const dated = openFixture({ piped: { ...ACCOUNT, changedOn: "2026-11-01" } });
    expect((await enterAccount(dated.session, FORM)).changedOn).toBe(TODAY - 24);
  });

  it("are never changed: doubts are only printed", async () => {
    const spaced = { client_id: ` ${CLIENT.client_id}`, client_secret: "no-uuid" };
    const fixture = openFixture({ piped: spaced });
    expect(await enterClient(fixture.session)).toEqual(spaced);
    expect(english(fixture)).toMatch(/client id has white space around it, which is kept/);
    expect(english(fixture)).toMatch(/Warning: The client secret does not look like a UUID/);
  });

  const CANARY = "canary-in-the-pipe";
  it.each<[string, unknown, RegExp]>([
    ["nothing", "", /empty; on a terminal/],
    ["not JSON", CANARY, /not valid JSON/],
    ["cut-off JSON", `{"client_id":"${CANARY}`, /not valid JSON/],
    ["a list", [CANARY], /not a JSON object/],
    ["a string", JSON.stringify(CANARY), /not a JSON object/],
    ["null", "null", /not a JSON object/],
    ["without a field", { client_id: CANARY }, /wrong type: client_secret\./],
    ["a field of the wrong type", { client_id: 7, client_secret: CANARY }, /wrong type: client_id\./],
    ["an empty field", { client_id: "", client_secret: CANARY }, /wrong type: client_id\./],
    ["a value as the name of a field", { ...CLIENT, [CANARY]: "" }, /holds?.*other fields|has other fields/],
    ["a technical account", { login: CANARY, password: CANARY }, /client_id, client_secret\. It has other fields/],
    ["a line break in a value", { ...CLIENT, client_secret: `${CANARY}\n` }, /contains a line break/],
    ["a value of white space", { ...CLIENT, client_secret: "  " }, /client secret is empty/],
  ])("are refused without being repeated when they are %s", async (_, piped, why) => {
    const fixture = openFixture({ piped });
    const error = await failureOf(enterClient(fixture.session));
    expect(error.text.en).toMatch(why);
    expect(error.text.en).toMatch(/Nothing was stored/);
    expect(error.owner).toBe("operator");
    for (const value of [CANARY, ...valuesOf(CLIENT)]) expect(everythingOf(fixture, error)).not.toContain(value);
  });

  it("are refused when they exceed a secret's maximum size", async () => {
    const fixture = openFixture({ piped: undefined });
    expect((await failureOf(enterClient(fixture.session))).text.en).toMatch(/longer than any secret/);
  });

  it.each(["2026-11-26", "2026-02-30", CANARY])("are refused with the date %s", async (changedOn) => {
    const fixture = openFixture({ piped: { ...ACCOUNT, changedOn } });
    const error = await failureOf(enterAccount(fixture.session, FORM));
    expect(error.text.en).toMatch(/^changedOn: The day must/);
    for (const value of [CANARY, ...valuesOf(ACCOUNT)]) expect(everythingOf(fixture, error)).not.toContain(value);
  });
});
