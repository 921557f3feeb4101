import { describe, expect, it } from "@jest/globals";
import { clientSecretName, tokenSecretName } from "../../../piste/names";
import type { Party } from "../../../piste/party";
import { showStatus, statusToJson } from "../../../cli/credentials/show-status";
import { promoteClient } from "../../../cli/credentials/rollback";
import { setClient } from "../../../cli/credentials/set-client";
import { typing } from "./clients";
import { credentialsStatus, type CredentialsStatus } from "../../../cli/credentials/status";
import {
  ACCOUNT,
  ACCOUNT_SECRET,
  CLIENT,
  CLIENT_SECRET,
  describedAccount,
  description,
  failureOf,
  MINUTE,
  NEW_CLIENT,
  NOW,
  openFixture,
  TOKEN_SECRET,
  valuesOf,
  type Fixture,
} from "./fixture";

const TOKEN = {
  access_token: "canary-token-of-made-up-letters",
  token_type: "Bearer",
  scope: "openid",
  issued_at: NOW / 1000,
  expires_at: NOW / 1000 + 3600,
};

/** All values are stored and valid. */
function complete(): Fixture {
  const fixture = openFixture({});
  fixture.aws.put(CLIENT_SECRET, CLIENT);
  fixture.aws.put(ACCOUNT_SECRET, ACCOUNT, ["AWSCURRENT", "CHANGED-2026-11-15"]);
  fixture.aws.put(TOKEN_SECRET, TOKEN);
  return fixture;
}
const statusOf = ({ session }: Fixture): Promise<CredentialsStatus> => credentialsStatus(session.target, {});

describe("the status of credentials", () => {
  it("is complete when all values are stored and the token is valid", async () => {
    const fixture = complete();
    fixture.aws.clock.forward(15 * 60);
    const status = await statusOf(fixture);
    expect(status.owner).toBeUndefined();
    expect(showStatus(status, "en")).toBe(
      [
        "chorus-pro (qualif)",
        "  client credentials         stored on 25 Nov 2026, 12:00 (Paris time)",
        "  technical account default  stored on 25 Nov 2026, 12:00 (Paris time); password set on 15 November 2026; 414 days left",
        "  token                      valid until 13:00 (Paris time), 45 min left",
      ].join("\n"),
    );
    expect(showStatus(status, "fr")).toMatch(
      /identifiants de l'application +enregistré le 25 nov\. 2026[^]*mot de passe donné le 15 novembre 2026 ; 414 jours restants[^]*encore 45 min$/,
    );
  });

  it("wraps within its column on a narrow terminal", async () => {
    const lines = showStatus(await statusOf(complete()), "en", 80).split("\n");
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines[3]).toMatch(/^ {29}\S.*days left$/);
  });

  it("has every key and ISO times as JSON", async () => {
    const json = statusToJson(await statusOf(complete()));
    expect(json).toEqual({
      environment: "qualif",
      complete: true,
      owner: null,
      notBelieved: [],
      applications: [
        {
          application: "chorus-pro",
          client: {
            secret: CLIENT_SECRET,
            state: "stored",
            storedAt: "2026-11-25T11:00:00.000Z",
            shared: false,
            untried: false,
            refused: false,
            pendingSince: null,
            previousStoredAt: null,
          },
          technicalAccounts: [
            {
              account: "default",
              secret: ACCOUNT_SECRET,
              state: "stored",
              storedAt: "2026-11-25T11:00:00.000Z",
              changedOn: "2026-11-15",
              dateFrom: "label",
              daysLeft: 414,
              refused: false,
            },
          ],
          token: {
            secret: TOKEN_SECRET,
            state: "valid",
            validUntil: "2026-11-25T12:00:00.000Z",
            secondsLeft: 3600,
          },
        },
      ],
    });
  });

  it("is incomplete when a description is invalid, unless another application was named", async () => {
    const fixture = complete();
    const parameter = "/piste/qualif/other";
    fixture.aws.disbelieved.push({
      application: "other",
      parameter,
      text: { en: "It is invalid.", fr: "Il n'est pas valable." },
    });
    expect(statusToJson(await statusOf(fixture))).toMatchObject({
      complete: false,
      owner: "operator",
      notBelieved: [{ parameter, reason: "It is invalid." }],
      applications: [{ application: "chorus-pro" }],
    });
    const ofOne = await credentialsStatus(fixture.session.target, { application: "chorus-pro" });
    expect(statusToJson(ofOne)).toMatchObject({ complete: true, notBelieved: [] });
  });

  it("shows no value, no login and no odd label in any form", async () => {
    const fixture = complete();
    fixture.aws.put(ACCOUNT_SECRET, ACCOUNT, ["AWSCURRENT", "canary-label", "CHANGED-canary"]);
    const status = await statusOf(fixture);
    const shown = [showStatus(status, "en"), showStatus(status, "fr"), JSON.stringify(statusToJson(status))].join();
    for (const value of [...valuesOf(CLIENT, ACCOUNT), TOKEN.access_token, "canary"])
      expect(shown).not.toContain(value);
    expect(fixture.aws.asked.filter((asked) => asked.startsWith("read"))).toEqual([`read ${TOKEN_SECRET}`]);
  });

  it("shows staged and previous values", async () => {
    const fixture = complete();
    fixture.aws.put(CLIENT_SECRET, NEW_CLIENT);
    fixture.aws.clock.forward(5 * 60);
    fixture.aws.put(CLIENT_SECRET, CLIENT, ["AWSPENDING"]);
    const status = await statusOf(fixture);
    expect(status.owner).toBeUndefined();
    expect(showStatus(status, "en")).toMatch(/others staged since 25 Nov 2026.*; previous ones of 25 Nov 2026/);
    expect(status.applications[0]?.client).toMatchObject({ pendingSince: NOW + 5 * MINUTE, previousStoredAt: NOW });
  });

  it("does not call the current version staged if it also has AWSPENDING", async () => {
    const fixture = complete();
    fixture.aws.put(CLIENT_SECRET, NEW_CLIENT, ["AWSCURRENT", "AWSPENDING"]);
    const status = await statusOf(fixture);
    expect(showStatus(status, "en")).not.toMatch(/staged/);
    expect(showStatus(status, "en")).toContain("not fully tried (`npx piste credentials promote qualif client`)");
    expect(showStatus(await statusOf(complete()), "en")).not.toContain("tried");
    expect(statusToJson(status)).toMatchObject({ applications: [{ client: { untried: true, pendingSince: null } }] });
  });

  it("says that the first values were refused, and does not suggest to promote them", async () => {
    const fixture = typing(NEW_CLIENT);
    fixture.aws.put(ACCOUNT_SECRET, ACCOUNT, ["AWSCURRENT", "CHANGED-2026-11-15"]);
    await failureOf(setClient(fixture.session, { test: true }));
    const status = await statusOf(fixture);
    expect(status.owner).toBe("operator");
    expect(showStatus(status, "en")).toContain(
      "REFUSED by PISTE: store others (`npx piste credentials set qualif client`)",
    );
    expect(showStatus(status, "fr")).toContain(
      "REFUSÉS par PISTE : enregistrez-en d'autres (`npx piste credentials set qualif client`)",
    );
    expect(showStatus(status, "en")).not.toMatch(/promote|tried/);
    expect(statusToJson(status)).toMatchObject({ applications: [{ client: { untried: false, refused: true } }] });
    const error = await failureOf(promoteClient(fixture.session, {}));
    expect(error.text.en).toContain("No client credentials are staged");
    fixture.aws.refuse("logs:FilterLogEvents");
    expect((await statusOf(fixture)).owner).toBe("wait");
  });

  it.each([
    ["earlier values", 1, "tick", "rejected"],
    ["staged values", -1, "promote", "rejected"],
    ["nothing: PISTE is down", -1, "tick", "unavailable"],
  ])("does not call them refused if the refusal was of %s", async (_, storedMinutesLater, operation, failureClass) => {
    const fixture = complete();
    fixture.aws.create(TOKEN_SECRET);
    const result = { outcome: "failed", reason: "invalid-client", class: failureClass } as const;
    const at = NOW - storedMinutesLater * MINUTE;
    fixture.aws.runs.set(description().function, [{ at, operation, result }]);
    if (operation === "promote") fixture.aws.put(CLIENT_SECRET, NEW_CLIENT, ["AWSPENDING"]);
    const { applications } = await statusOf(fixture);
    expect(applications[0]?.client.refused).toBe(false);
  });

  it("says that a password's date is unknown", async () => {
    const fixture = complete();
    fixture.aws.put(ACCOUNT_SECRET, ACCOUNT);
    const status = await statusOf(fixture);
    expect(showStatus(status, "en")).toMatch(/day of the password unknown; 424 days left/);
    expect(status.applications[0]?.accounts[0]).toMatchObject({ changedOn: "2026-11-25", dateFrom: "version" });
  });

  it("names the client credentials' secret if it is not the application's own", async () => {
    const fixture = complete();
    const other = description({
      application: "legal",
      clientSecret: CLIENT_SECRET,
      tokenSecret: tokenSecretName("qualif", "legal"),
    });
    fixture.aws.create(other.tokenSecret);
    fixture.aws.put(other.tokenSecret, TOKEN);
    fixture.aws.describe(...fixture.aws.deployed.values(), { description: other, accounts: [] });
    expect(showStatus(await statusOf(fixture), "en")).toMatch(
      new RegExp(`legal \\(qualif\\)\n.*; in ${CLIENT_SECRET}, not a secret of its own`),
    );
    expect((await credentialsStatus(fixture.session.target, { application: "legal" })).applications).toHaveLength(1);
  });

  it("counts days as the alarms do, for 25 accounts", async () => {
    const fixture = complete();
    const accounts = Array.from({ length: 25 }, (_, index) => describedAccount(`account-${index}`));
    fixture.aws.describe({ description: description(), accounts });
    for (const { secret } of accounts) {
      fixture.aws.create(secret);
      fixture.aws.put(secret, ACCOUNT, ["AWSCURRENT", "CHANGED-2025-09-28"]);
    }
    const status = await statusOf(fixture);
    expect(status.applications[0]?.accounts.map(({ account }) => account)).toEqual(accounts.map(({ name }) => name));
    expect(new Set(status.applications[0]?.accounts.map(({ daysLeft }) => daysLeft))).toEqual(new Set([1]));
  });
});

describe("the owner", () => {
  it.each<[string, (fixture: Fixture) => void, Party | undefined, RegExp]>([
    [
      "nothing is stored",
      ({ aws }) => {
        aws.create(CLIENT_SECRET, TOKEN_SECRET);
      },
      "operator",
      /client credentials +NOT stored yet/,
    ],
    [
      "no account is stored",
      ({ aws }) => {
        aws.create(ACCOUNT_SECRET);
      },
      "operator",
      /technical account default +NOT stored yet/,
    ],
    [
      "a secret does not exist",
      ({ aws }) => {
        aws.remove(ACCOUNT_SECRET);
      },
      "aws",
      /does NOT exist: deploy/,
    ],
    [
      "AWS denies access",
      ({ aws }) => {
        aws.refuse("secretsmanager:ListSecretVersionIds");
      },
      "aws",
      /AWS does not tell: AWS does not allow you to use piste/,
    ],
    [
      "Chorus Pro refused an account",
      ({ aws }) => aws.put(ACCOUNT_SECRET, ACCOUNT, ["AWSCURRENT", "CHANGED-2026-11-15", "REFUSED"]),
      "chorus-pro",
      /REFUSED by Chorus Pro/,
    ],
    [
      "a password is too old",
      ({ aws }) => aws.put(ACCOUNT_SECRET, ACCOUNT, ["AWSCURRENT", "CHANGED-2025-01-01"]),
      "chorus-pro",
      /password change is OVERDUE/,
    ],
    [
      "the token has expired",
      ({ aws }) => {
        aws.clock.forward(61 * 60);
      },
      "wait",
      /EXPIRED on 25 Nov 2026/,
    ],
    [
      "there is no token yet",
      ({ aws }) => {
        aws.create(TOKEN_SECRET);
      },
      "wait",
      /token +NONE yet/,
    ],
    ["the token is invalid", ({ aws }) => aws.put(TOKEN_SECRET, "canary"), "wait", /token +NONE yet/],
    [
      "the token may not be read",
      ({ aws }) => {
        aws.refuse("secretsmanager:GetSecretValue");
      },
      undefined,
      /not readable here/,
    ],
  ])("when %s", async (_, prepare, owner, says) => {
    const fixture = complete();
    prepare(fixture);
    const status = await statusOf(fixture);
    expect(status.owner).toBe(owner);
    expect(showStatus(status, "en")).toMatch(says);
    for (const language of ["en", "fr"] as const) expect(showStatus(status, language)).not.toMatch(/undefined|canary/);
    expect(statusToJson(status)).toMatchObject({ complete: owner === undefined, owner: owner ?? null });
  });

  it("is `aws` if a secret is missing, whatever else is wrong", async () => {
    const fixture = complete();
    fixture.aws.put(ACCOUNT_SECRET, ACCOUNT, ["AWSCURRENT", "REFUSED"]);
    fixture.aws.remove(CLIENT_SECRET);
    expect((await statusOf(fixture)).owner).toBe("aws");
  });
});

it("fails for an application that does not exist", async () => {
  const fixture = complete();
  const error = await failureOf(credentialsStatus(fixture.session.target, { application: "other" }));
  expect(error.owner).toBe("operator");
  expect(clientSecretName("qualif", "chorus-pro")).toBe(CLIENT_SECRET);
});
