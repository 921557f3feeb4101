import { describe, expect, it } from "@jest/globals";
import type { Fault, Piste } from "../../../emulator";
import { EXIT_CODES } from "../../../cli/command/failure";
import { setAccount } from "../../../cli/credentials/set-account";
import { OLD, TEST, withToken, tokenOf, piping, stores, expectNothingSeen } from "./accounts";
import {
  ACCOUNT,
  ACCOUNT_SECRET,
  CLIENT,
  CLIENT_SECRET,
  CTRL_C,
  describedAccount,
  description,
  english,
  failureOf,
  openFixture,
  TOKEN_SECRET,
  type Fixture,
} from "./fixture";

describe("an account without a clear answer", () => {
  it.each<[string, Fault]>([
    ["a failure", { on: "api", status: 503 }],
    ["a page", { on: "api", status: 200, body: "html" }],
    ["a quota", { on: "api", status: 429 }],
    ["a refused request", { on: "api", status: 400 }],
    ["no answer", { on: "api", connection: "hang" }],
  ])("(%s) is stored, and not sent to another API", async (_, fault) => {
    const fixture = piping(ACCOUNT);
    fixture.piste.faults.add(fault);
    const error = await failureOf(setAccount(fixture.session, TEST));
    expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(ACCOUNT);
    expect(fixture.sent(ACCOUNT.login)).toBe(1);
    expect(error.text.en).toMatch(/No API has judged the password[^]*Try it at 12:30 \(Paris time\), and not before/);
    expect(error.text.fr).toMatch(/Aucune API n'a jugé le mot de passe[^]*Essayez-le à 12:30/);
    expect(error.text.en).not.toContain("It replaces");
    expect(EXIT_CODES[error.owner]).toBe(4);
    expectNothingSeen(fixture, error);
  });

  it.each<[string, Partial<Fault>, RegExp]>([
    ["its raccordement is missing", { login: ACCOUNT.login, status: 403 }, /raccordement with the application/],
    ["no API is selected", { on: "gateway", status: 403, body: "empty" }, /probably not selected/],
    ["no API is exposed", { status: 404 }, /does not know the address/],
  ])("(%s) is stored, with the cause", async (_, fault, says) => {
    const fixture = piping(ACCOUNT);
    fixture.piste.faults.add({ on: "api", ...fault });
    const error = await failureOf(setAccount(fixture.session, TEST));
    expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(ACCOUNT);
    expect(english(fixture)).toMatch(says);
    expect(error.text.en).toMatch(/judged the password[^]*`npx piste doctor qualif` says what is missing/);
    expect(EXIT_CODES[error.owner]).toBe(4);
  });

  it("replaces the current one, and says so", async () => {
    const fixture = piping(ACCOUNT);
    fixture.aws.put(ACCOUNT_SECRET, OLD);
    fixture.piste.faults.add({ on: "api", status: 503 });
    const error = await failureOf(setAccount(fixture.session, TEST));
    expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(ACCOUNT);
    expect(fixture.aws.peek(ACCOUNT_SECRET, "AWSPREVIOUS")).toEqual(OLD);
    expect(error.text.en).toMatch(
      /replaces the account that was current until now, which the secret keeps as AWSPREVIOUS/,
    );
  });

  it("is not asked for without an API of Chorus Pro", async () => {
    const fixture = withToken({ typed: [] });
    fixture.aws.describe({ description: description({ apis: ["legifrance"] }), accounts: [describedAccount()] });
    const error = await failureOf(setAccount(fixture.session, TEST));
    expect(error.text.en).toMatch(/names no API of Chorus Pro[^]*--no-test/);
  });
});

describe("the token", () => {
  it("is requested when none is stored, before the first question", async () => {
    const fixture = openFixture({ typed: [CTRL_C] });
    fixture.aws.put(CLIENT_SECRET, CLIENT);
    await expect(setAccount(fixture.session, TEST)).rejects.toThrow("interrupted");
    expect(fixture.aws.asked).toContain("invoke chorus-pro refresh");
    expect(fixture.truth.text?.en).toBe("Nothing was stored.");
  });

  it.each<[string, (piste: Piste) => unknown]>([
    ["has expired", (piste) => tokenOf(piste, -1)],
    ["expires soon", (piste) => tokenOf(piste, 20)],
    ["cannot be read", () => "{}"],
    ["cannot be sent in a header", (piste) => ({ ...tokenOf(piste), access_token: "a b" })],
  ])("is requested when the stored one %s", async (_, token) => {
    const fixture = openFixture({ piped: ACCOUNT });
    fixture.aws.put(CLIENT_SECRET, CLIENT);
    fixture.aws.put(TOKEN_SECRET, token(fixture.piste));
    await setAccount(fixture.session, TEST);
    expect(fixture.aws.asked).toContain("invoke chorus-pro refresh");
    expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(ACCOUNT);
  });

  it("is requested once when the gateway does not know the stored one; the account is then sent again", async () => {
    const fixture = piping(ACCOUNT);
    fixture.piste.platform.expireTokens();
    await setAccount(fixture.session, TEST);
    expect(fixture.aws.asked.filter((asked) => asked === "invoke chorus-pro refresh")).toHaveLength(1);
    expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(ACCOUNT);
    expect(english(fixture)).toMatch(/The gateway does not know the stored token/);
  });

  it("leads to `wait` when the gateway never knows it", async () => {
    const fixture = piping(ACCOUNT);
    fixture.aws.beforeInvoking = () => undefined;
    fixture.aws.answer = { outcome: "kept", reason: "same-token-again" };
    fixture.piste.platform.expireTokens();
    const error = await failureOf(setAccount(fixture.session, TEST));
    expect(fixture.sent(ACCOUNT.login)).toBe(2);
    expect(EXIT_CODES[error.owner]).toBe(4);
    expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(ACCOUNT);
  });

  it("can fail after the account was typed: the account is stored", async () => {
    const fixture = piping(ACCOUNT);
    fixture.piste.platform.expireTokens();
    fixture.piste.faults.add({ on: "token", status: 503 });
    const error = await failureOf(setAccount(fixture.session, TEST));
    expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(ACCOUNT);
    expect(error.text.en).toMatch(/No API has judged the password/);
    expect(EXIT_CODES[error.owner]).toBe(4);
  });

  it.each<[string, (fixture: Fixture) => void, RegExp, number]>([
    [
      "no client credentials are stored",
      () => undefined,
      /client credentials come first: `npx piste credentials set qualif client`/,
      2,
    ],
    [
      "PISTE refuses them",
      ({ aws }) => aws.put(CLIENT_SECRET, { client_id: "a", client_secret: "b" }),
      /Without a token the account cannot be tried\. PISTE refuses the client id/,
      2,
    ],
    [
      "PISTE is down",
      ({ aws, piste }) => {
        aws.put(CLIENT_SECRET, CLIENT);
        piste.faults.add({ on: "token", status: 503 });
      },
      /PISTE is down or restarting/,
      4,
    ],
    [
      "the function may not be invoked",
      ({ aws }) => {
        aws.refuse("lambda:InvokeFunction");
      },
      /lambda:InvokeFunction[^]*--no-test/,
      5,
    ],
    [
      "the token may not be read",
      ({ aws }) => {
        aws.refuse("secretsmanager:GetSecretValue");
      },
      /secretsmanager:GetSecretValue[^]*--no-test/,
      5,
    ],
    [
      "the new value is not a token",
      ({ aws }) => (aws.answer = { outcome: "refreshed", reason: "requested" }),
      /cannot be used/,
      5,
    ],
  ])("is required before the first question: %s", async (_, prepare, says, code) => {
    const fixture = openFixture({ typed: [] });
    prepare(fixture);
    const error = await failureOf(setAccount(fixture.session, TEST));
    expect(error.text.en).toMatch(says);
    expect(error.text.en).toMatch(/Nothing was stored/);
    expect(EXIT_CODES[error.owner]).toBe(code);
    expect(stores(fixture)).toEqual([]);
  });
});
