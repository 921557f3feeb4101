import { describe, expect, it } from "@jest/globals";
import {
  accessTokenSchema,
  chorusProAccountHeader,
  clientCredentialsSchema,
  parseSecret,
  parseToken,
  technicalAccountSchema,
  UnreadableSecretError,
  type AccessToken,
} from "../../piste/credentials";

const CANARY = "canary-".padEnd(54, "7f3a");
const NAME = "piste/qualif/chorus-pro/client";

const tokenRecord = (changes: Partial<Record<keyof AccessToken, unknown>> = {}): Record<string, unknown> => ({
  access_token: CANARY,
  token_type: "Bearer",
  scope: "openid",
  issued_at: 1_700_000_000,
  expires_at: 1_700_003_600,
  ...changes,
});

function unreadable(parse: () => unknown): Error {
  try {
    parse();
  } catch (error) {
    expect(error).toBeInstanceOf(UnreadableSecretError);
    return error as Error;
  }
  throw new Error("the secret was read");
}

/** All that a log could show of an error. */
const shown = (error: Error): string => [error.message, error.stack, JSON.stringify(error), error.cause].join(" ");

describe("parseToken", () => {
  it("gives a token that can be sent, even if it has expired", () => {
    expect(parseToken(NAME, JSON.stringify(tokenRecord()))).toEqual(tokenRecord());
  });

  it.each([
    "",
    "{}",
    JSON.stringify(CANARY),
    ...[`${CANARY} b`, `${CANARY}\n`, `${CANARY}é`, "", "t", "x".repeat(4097)].map((access_token) =>
      tokenRecord({ access_token }),
    ),
    ...["a b", "MAC", ""].map((token_type) => tokenRecord({ token_type })),
    tokenRecord({ scope: "x".repeat(4097) }),
  ])("gives no token for %.99j", (value) => {
    expect(parseToken(NAME, typeof value === "string" ? value : JSON.stringify(value))).toBeUndefined();
  });
});

describe("parseSecret", () => {
  it("gives only the client credentials of a larger object", () => {
    const value = JSON.stringify({ client_id: "id", client_secret: "secret", note: "x" });
    expect(parseSecret(NAME, clientCredentialsSchema, value)).toEqual({ client_id: "id", client_secret: "secret" });
  });

  it("gives a technical account and a token", () => {
    const account = { login: "TECH_1_00000000000000@cpro.fr", password: "p" };
    expect(parseSecret(NAME, technicalAccountSchema, JSON.stringify(account))).toEqual(account);
    expect(parseSecret(NAME, accessTokenSchema, JSON.stringify(tokenRecord()))).toEqual(tokenRecord());
  });

  it.each([CANARY, `{"client_secret": "${CANARY}"`, `{'client_secret': '${CANARY}'}`, ""])(
    "says that %j is not JSON, without repeating it",
    (value) => {
      const error = unreadable(() => parseSecret(NAME, clientCredentialsSchema, value));
      expect(error.message).toBe(`the secret ${NAME} does not hold JSON`);
      expect(shown(error)).not.toContain(CANARY);
    },
  );

  it("names every wrong field, never its value", () => {
    const value = JSON.stringify({ client_id: 5, client_secret: "", key: CANARY });
    const error = unreadable(() => parseSecret(NAME, clientCredentialsSchema, value));
    expect(error.message).toBe(
      `the secret ${NAME} does not have the expected fields; missing or of the wrong type: client_id, client_secret`,
    );
    expect(shown(error)).not.toContain(CANARY);
  });

  it.each([JSON.stringify(CANARY), "null", "5"])("says that the whole value is wrong for %j", (value) => {
    const error = unreadable(() => parseSecret(NAME, clientCredentialsSchema, value));
    expect(error.message).toMatch(/wrong type: the whole value$/);
    expect(shown(error)).not.toContain(CANARY);
  });

  it.each([
    ["access_token", ""],
    ["token_type", ""],
    ["scope", null],
    ["issued_at", 1.5],
    ["issued_at", -1],
    ["expires_at", "1700003600"],
    ["expires_at", 8.64e12 + 1],
  ] as const)("refuses a token whose %s is %j, without showing the token", (field, value) => {
    const text = JSON.stringify(tokenRecord({ [field]: value }));
    const error = unreadable(() => parseSecret(NAME, accessTokenSchema, text));
    expect(error.message).toContain(`wrong type: ${field}`);
    expect(shown(error)).not.toContain(CANARY);
  });

  it("accepts a token with an empty scope", () => {
    expect(parseSecret(NAME, accessTokenSchema, JSON.stringify(tokenRecord({ scope: "" }))).scope).toBe("");
  });
});

describe("chorusProAccountHeader", () => {
  it("is base64 of login and password in UTF-8, on one line", () => {
    const header = chorusProAccountHeader({ login: "TECH_1_00000000000000@cpro.fr", password: `é:${"x".repeat(90)}` });
    expect(header).toMatch(/^[A-Za-z0-9+/]+=*$/);
    expect(Buffer.from(header, "base64").toString("utf8")).toBe(`TECH_1_00000000000000@cpro.fr:é:${"x".repeat(90)}`);
  });
});
