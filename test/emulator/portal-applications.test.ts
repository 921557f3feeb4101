import { describe, expect, it } from "@jest/globals";
import { Piste } from "../../emulator";
import { API_NAMES, CHORUS_PRO_APIS } from "../../piste/api-catalogue";
import { ACCOUNT as PLAIN_ACCOUNT, CLIENT, errorOf, request, tokenRequest } from "./requests";
import { ACCOUNT, ALL_APIS, APPLICATION, CREDENTIALS, MINUTE, Fixture } from "./portal-fixture";

const FACTURES = "chorus-pro-factures";

const choose = (fixture: Fixture, choice: object): unknown =>
  fixture.do("PATCH /applications", { name: fixture.application, apis: [{ api: FACTURES, ...choice }] });

describe("an API of an application on the portal", () => {
  it.each(API_NAMES)("%s accepts calls only if selected and with its CGU accepted", (api) => {
    const fixture = Fixture.complete();
    const account = CHORUS_PRO_APIS.includes(api) ? ACCOUNT : null;
    const statusAfter = (choice: object): number => {
      fixture.do("PATCH /applications", { name: fixture.application, apis: [{ api, ...choice }] });
      return fixture.statusOf(api, account);
    };
    expect(statusAfter({ selected: false })).toBe(403);
    expect(statusAfter({ cguAccepted: false })).toBe(403);
    expect(statusAfter({})).toBe(200);
  });

  it("gives an empty 403 before the account is checked", () => {
    const fixture = Fixture.complete();
    choose(fixture, { selected: false });
    for (let call = 0; call < 5; call++) {
      const wrong = { ...ACCOUNT, password: "wrong" };
      expect(fixture.answerOf(FACTURES, wrong)).toEqual({ status: 403, headers: {}, body: "" });
    }
    choose(fixture, {});
    expect(fixture.statusOf()).toBe(200);
  });

  it("does not change the others", () => {
    const fixture = Fixture.complete();
    choose(fixture, { selected: false });
    expect(CHORUS_PRO_APIS.map((api) => fixture.statusOf(api))).toEqual(
      CHORUS_PRO_APIS.map((api) => (api === FACTURES ? 403 : 200)),
    );
  });

  it("also refuses Chorus Pro's health check, which needs no account", () => {
    const fixture = Fixture.complete();
    const healthCheck = (): number =>
      fixture.piste.handle(
        request("GET", "/cpro/transverses/v1/health-check", { headers: { authorization: fixture.authorization } }),
      ).answer.status;
    expect(healthCheck()).toBe(200);
    const apis = [{ api: "chorus-pro-transverses", cguAccepted: false }];
    fixture.do("PATCH /applications", { name: fixture.application, apis });
    expect(healthCheck()).toBe(403);
  });

  it("accepts calls at once, or after the configured delay", () => {
    const fixture = Fixture.complete();
    choose(fixture, { selected: false });
    choose(fixture, {});
    expect(fixture.statusOf()).toBe(200);
    fixture.change({ apiSelectionSpreadsInMinutes: 10 });
    expect(fixture.statusOf()).toBe(403);
    fixture.now += 10 * MINUTE - 1;
    choose(fixture, {});
    expect(fixture.statusOf()).toBe(403);
    fixture.now += 1;
    expect(fixture.statusOf()).toBe(200);
  });

  it("does not restrict a client without an application", () => {
    const fixture = Fixture.complete();
    fixture.piste.platform.addClient(CLIENT);
    fixture.credentials = CLIENT;
    fixture.do("DELETE /raccordements", fixture.raccordement);
    expect(fixture.run()).toBe(200);
    expect(fixture.statusOf("legifrance", null)).toBe(200);
  });
});

describe("an application's credentials", () => {
  it("belong to one environment, and are unknown in the other", () => {
    const fixture = Fixture.complete();
    fixture.do("POST /applications", { client_id: "of-prod", client_secret: "secret", name: APPLICATION.prod });
    const tokenFor = (client_id: string, client_secret: string): unknown => {
      const { answer } = fixture.piste.handle(tokenRequest({ client_id, client_secret }));
      return answer.status === 200 ? 200 : errorOf(answer);
    };
    const both = (): unknown[] => [
      tokenFor(CREDENTIALS.client_id, CREDENTIALS.client_secret),
      tokenFor("of-prod", "secret"),
    ];
    expect(both()).toEqual([200, "invalid_client"]);
    fixture.change({ environment: "prod" });
    expect(both()).toEqual(["invalid_client", 200]);
  });

  const resetSecret = (fixture: Fixture): void => {
    fixture.do("POST /applications/secret", { name: fixture.application, client_secret: "second-client-secret" });
  };

  it("stop working at once after a reset", () => {
    const fixture = Fixture.complete();
    resetSecret(fixture);
    expect(fixture.fetchToken()).toBe(400);
    fixture.credentials = { ...CREDENTIALS, client_secret: "second-client-secret" };
    expect(fixture.run()).toBe(200);
  });

  it("work after a reset if that is switched on", () => {
    const fixture = Fixture.complete({ oldSecretsSurvive: true });
    resetSecret(fixture);
    expect(fixture.fetchToken()).toBe(200);
    fixture.credentials = { ...CREDENTIALS, client_secret: "second-client-secret" };
    expect(fixture.run()).toBe(200);
    fixture.credentials = { ...CREDENTIALS, client_secret: "third-client-secret" };
    expect(fixture.run()).toBe(400);
  });

  it.each([
    [true, 200],
    [false, 401],
  ])("may leave their tokens valid after a reset: %j", (tokensSurviveSecretReset, status) => {
    const fixture = Fixture.complete({ tokensSurviveSecretReset });
    resetSecret(fixture);
    expect(fixture.statusOf()).toBe(status);
  });

  it("leave their tokens valid if the same secret is stored again, or another client's is reset", () => {
    const fixture = Fixture.complete({ tokensSurviveSecretReset: false });
    fixture.do("POST /applications/secret", { name: fixture.application, client_secret: CREDENTIALS.client_secret });
    fixture.piste.platform.addClient(CLIENT);
    fixture.piste.platform.addClient({ ...CLIENT, client_secret: "another" });
    expect(fixture.statusOf()).toBe(200);
  });

  it("may be those of a client of `addClient`, which then loses its access", () => {
    const fixture = Fixture.empty();
    fixture.do("POST /clients", CREDENTIALS);
    fixture.do("POST /accounts", ACCOUNT);
    expect(fixture.run()).toBe(200);
    fixture.do("POST /applications", { ...CREDENTIALS, name: fixture.application });
    expect(fixture.run()).toBe(403);
    fixture.do("PATCH /applications", { name: fixture.application, apis: ALL_APIS });
    expect(fixture.run()).toBe(200);
  });
});

describe("a client without an application and an account without a structure", () => {
  it("are checked only for their secrets, whatever the settings", () => {
    const piste = new Piste();
    piste.platform.settings = { ...piste.platform.settings, environment: "prod", apiSelectionSpreadsInMinutes: 60 };
    piste.platform.addClient(CLIENT);
    piste.platform.addAccount(PLAIN_ACCOUNT);
    for (let wrong = 0; wrong < 6; wrong++) {
      expect(piste.platform.judge({ ...PLAIN_ACCOUNT, password: "wrong" }, CLIENT.client_id)).toBe("refused");
    }
    expect(piste.platform.judge(PLAIN_ACCOUNT, CLIENT.client_id)).toBe("fine");
    expect(API_NAMES.every((api) => piste.platform.mayCall(CLIENT.client_id, api))).toBe(true);
  });
});
