import { describe, expect, it } from "@jest/globals";
import { MADE_UP_ACCOUNT } from "../../../piste/probes";
import { EXIT_CODES } from "../../../cli/command/failure";
import { setAccount } from "../../../cli/credentials/set-account";
import { TEST, WRONG, OLD, pathOf, withToken, typing, piping, stores, expectNothingSeen } from "./accounts";
import {
  ACCOUNT,
  ACCOUNT_SECRET,
  describedAccount,
  description,
  english,
  failureOf,
  french,
  type Fixture,
  SIRET,
} from "./fixture";

describe("an account that Chorus Pro accepts", () => {
  it("is tested, then stored with the date of its password", async () => {
    const fixture = withToken({ typed: [ACCOUNT.login, ACCOUNT.password, "2026-11-20"] });
    await setAccount(fixture.session, TEST);
    expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(ACCOUNT);
    expect(fixture.aws.labelsOf(ACCOUNT_SECRET)).toEqual({
      AWSCURRENT: expect.any(String),
      "CHANGED-2026-11-20": expect.any(String),
    });
    expect(fixture.sent(ACCOUNT.login)).toBe(4);
    expect(fixture.sent(MADE_UP_ACCOUNT.login)).toBe(0);
    expect(fixture.piste.recentCalls()[0]?.path).toBe(`${pathOf("chorus-pro-transverses")}/recuperer/tauxtva`);
    expect(english(fixture)).toMatch(/The account is stored and current; its password is dated 20 November 2026/);
    expect(french(fixture)).toMatch(/Le compte est enregistré et en vigueur/);
    expectNothingSeen(fixture);
  });

  it("replaces the old one, which becomes AWSPREVIOUS", async () => {
    const fixture = typing(ACCOUNT);
    fixture.aws.put(ACCOUNT_SECRET, OLD, ["AWSCURRENT", "CHANGED-2025-10-01"]);
    await setAccount(fixture.session, TEST);
    expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(ACCOUNT);
    expect(fixture.aws.peek(ACCOUNT_SECRET, "AWSPREVIOUS")).toEqual(OLD);
    expect(fixture.aws.peek(ACCOUNT_SECRET, "CHANGED-2025-10-01")).toEqual(OLD);
  });

  it("removes the date labels of older passwords, so that AWS can delete them", async () => {
    const fixture = typing(ACCOUNT);
    fixture.aws.put(ACCOUNT_SECRET, OLD, ["AWSCURRENT", "CHANGED-2024-08-01"]);
    fixture.aws.put(ACCOUNT_SECRET, OLD, ["AWSCURRENT", "CHANGED-2025-10-01"]);
    await setAccount(fixture.session, TEST);
    expect(Object.keys(fixture.aws.labelsOf(ACCOUNT_SECRET)).sort()).toEqual([
      "AWSCURRENT",
      "AWSPREVIOUS",
      "CHANGED-2025-10-01",
      "CHANGED-2026-11-25",
    ]);
  });

  it("is stored without the right to remove old labels", async () => {
    const fixture = typing(ACCOUNT);
    fixture.aws.put(ACCOUNT_SECRET, OLD, ["AWSCURRENT", "CHANGED-2024-08-01"]);
    fixture.aws.put(ACCOUNT_SECRET, OLD, ["AWSCURRENT", "CHANGED-2025-10-01"]);
    fixture.aws.refuse("secretsmanager:UpdateSecretVersionStage");
    await setAccount(fixture.session, TEST);
    expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(ACCOUNT);
  });

  it("can be stored twice on a day", async () => {
    const fixture = piping(ACCOUNT);
    fixture.aws.put(ACCOUNT_SECRET, ACCOUNT, ["AWSCURRENT", "CHANGED-2026-11-25"]);
    await setAccount(fixture.session, TEST);
    expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(ACCOUNT);
    expect(fixture.aws.peek(ACCOUNT_SECRET, "CHANGED-2026-11-25")).toEqual(ACCOUNT);
  });

  it("is stored when Chorus Pro answers with another code, which is printed", async () => {
    const fixture = piping(ACCOUNT);
    fixture.piste.faults.add({
      on: "api",
      path: pathOf("chorus-pro-factures"),
      codeRetour: 20,
      libelle: "GCU_MSG_01.1",
    });
    await setAccount(fixture.session, TEST);
    expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(ACCOUNT);
    expect(english(fixture)).toMatch(
      /Factures: Chorus Pro accepts the technical account[^]*codeRetour 20[^]*password is right/,
    );
  });

  it("is stored although an API is not selected", async () => {
    const fixture = piping(ACCOUNT);
    fixture.piste.faults.add({ on: "gateway", path: pathOf("chorus-pro-transverses"), status: 403, body: "empty" });
    await setAccount(fixture.session, TEST);
    expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(ACCOUNT);
    expect(english(fixture)).toMatch(/Transverses: The API is probably not selected/);
    expect(fixture.sent(MADE_UP_ACCOUNT.login)).toBe(1);
  });

  it("is stored although a later API gives no clear answer", async () => {
    const fixture = piping(ACCOUNT);
    fixture.piste.faults.add({ on: "api", path: pathOf("chorus-pro-structures"), status: 502 });
    await setAccount(fixture.session, TEST);
    expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(ACCOUNT);
  });

  it("is tested with its own structure", async () => {
    const fixture = piping(ACCOUNT);
    const { target } = fixture.session;
    const bodies: (string | undefined)[] = [];
    const transport: typeof target.transport = (request) => {
      bodies.push(request.body);
      return target.transport(request);
    };
    await setAccount({ ...fixture.session, target: { ...target, transport } }, TEST);
    expect(bodies.filter((body) => body?.includes(`"identifiantStructure":"${SIRET}"`))).toHaveLength(1);
  });

  it("is tested only with the application's APIs", async () => {
    const fixture = piping(ACCOUNT);
    fixture.aws.describe({
      description: description({ apis: ["legifrance", "chorus-pro-factures"] }),
      accounts: [describedAccount()],
    });
    await setAccount(fixture.session, TEST);
    expect(fixture.sent(ACCOUNT.login)).toBe(1);
    expect(fixture.piste.recentCalls().map(({ path }) => path)).toEqual([
      `${pathOf("chorus-pro-factures")}/rechercher/fournisseur`,
    ]);
  });
});

describe("an account that Chorus Pro refuses", () => {
  it("is sent once and not stored", async () => {
    const fixture = piping(WRONG);
    fixture.aws.put(ACCOUNT_SECRET, OLD);
    const error = await failureOf(setAccount(fixture.session, TEST));
    expect(fixture.sent(WRONG.login)).toBe(1);
    expect(stores(fixture)).toEqual([]);
    expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(OLD);
    expect(error.text.en).toMatch(
      /wrong or has expired, the account is locked, or it is younger than about 30 minutes/,
    );
    expect(error.text.en).toMatch(/keep the password, and try again at \d\d:\d\d[^]*the current one stays/);
    expect(error.text.fr).toMatch(/Chorus Pro refuse le compte technique[^]*réessayez à \d\d:\d\d/);
    expect(EXIT_CODES[error.owner]).toBe(3);
    expectNothingSeen(fixture, error);
  });

  it("is not remembered; the message says not to pipe it again", async () => {
    const fixture = piping(WRONG);
    for (const times of [1, 2]) {
      const { text } = await failureOf(setAccount(fixture.session, TEST));
      expect(fixture.sent(WRONG.login)).toBe(times);
      expect(text.en).toMatch(/do not run this command again with this password: it would be sent again/);
      expect(text.fr).toMatch(/ne relancez pas cette commande avec celui-ci : il serait renvoyé/);
    }
    expect(stores(fixture)).toEqual([]);
  });

  it("may be retried in half an hour", async () => {
    const at = async (minutes: number): Promise<string | undefined> => {
      const fixture = piping(WRONG);
      fixture.aws.clock.forward(minutes * 60);
      return /try again at ([^.]+)\./.exec((await failureOf(setAccount(fixture.session, TEST))).text.en)?.[1];
    };
    expect(await at(0)).toBe("12:30 (Paris time)");
    expect(await at(7)).toBe("12:37 (Paris time)");
  });

  it("is not stored, even if an earlier API gave an unclear answer", async () => {
    const fixture = piping(WRONG);
    fixture.piste.faults.add({ on: "gateway", path: pathOf("chorus-pro-transverses"), codeRetour: 0 });
    const error = await failureOf(setAccount(fixture.session, TEST));
    expect(stores(fixture)).toEqual([]);
    expect(error.text.en).toMatch(/refuses the technical account/);
    expect(fixture.sent(WRONG.login)).toBe(2);
  });

  it.each([true, false])(
    "is stored with the label REFUSED only after a yes, so that nothing sends it again: %s",
    async (keep) => {
      const fixture = typing(WRONG, keep);
      const error = await failureOf(setAccount(fixture.session, TEST));
      expect(EXIT_CODES[error.owner]).toBe(3);
      expect(english(fixture)).toMatch(/Nothing is stored yet\. Store it anyway, with the label REFUSED/);
      if (keep) {
        expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(WRONG);
        expect(Object.keys(fixture.aws.labelsOf(ACCOUNT_SECRET)).sort()).toEqual([
          "AWSCURRENT",
          "CHANGED-2026-11-25",
          "REFUSED",
        ]);
        expect(error.text.en).toMatch(/with the label REFUSED[^]*set qualif technical-account --account default/);
      } else {
        expect(stores(fixture)).toEqual([]);
        expect(error.text.en).toBe("Nothing was stored.");
      }
      expectNothingSeen(fixture, error);
    },
  );

  it("is not stored unless the person says so", async () => {
    const fixture = typing(WRONG, "");
    await failureOf(setAccount(fixture.session, TEST));
    expect(stores(fixture)).toEqual([]);
  });

  it.each<[string, Fixture]>([
    ["is piped", piping(WRONG)],
    ["would replace another", typing(WRONG)],
    ["comes without the right to list versions", typing(WRONG)],
  ])("cannot be stored when it %s", async (why, fixture) => {
    if (why === "would replace another") fixture.aws.put(ACCOUNT_SECRET, OLD);
    if (why.endsWith("versions")) fixture.aws.refuse("secretsmanager:ListSecretVersionIds");
    await failureOf(setAccount(fixture.session, TEST));
    expect(english(fixture)).not.toMatch(/Store it anyway/);
    expect(stores(fixture)).toEqual([]);
  });
});
