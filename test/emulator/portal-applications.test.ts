import { describe, expect, it } from "@jest/globals";
import { Piste } from "../../emulator";
import { API_NAMES, CHORUS_PRO_APIS } from "../../piste/api-catalogue";
import { ACCOUNT as PLAIN_ACCOUNT, CLIENT, errorOf, request, tokenRequest } from "./requests";
import { ACCOUNT, ALL_APIS, APPLICATION, CREDENTIALS, MINUTE, Workshop } from "./portal-workshop";

const FACTURES = "chorus-pro-factures";

const choose = (workshop: Workshop, choice: object): unknown =>
  workshop.do("PATCH /applications", { name: workshop.application, apis: [{ api: FACTURES, ...choice }] });

describe("an API of an application on the portal", () => {
  it.each(API_NAMES)("%s is let through only when it is selected and its CGU are accepted", (api) => {
    const workshop = Workshop.complete();
    const account = CHORUS_PRO_APIS.includes(api) ? ACCOUNT : null;
    const statusAfter = (choice: object): number => {
      workshop.do("PATCH /applications", { name: workshop.application, apis: [{ api, ...choice }] });
      return workshop.statusOf(api, account);
    };
    expect(statusAfter({ selected: false })).toBe(403);
    expect(statusAfter({ cguAccepted: false })).toBe(403);
    expect(statusAfter({})).toBe(200);
  });

  it("is refused with an empty 403, before the account is looked at", () => {
    const workshop = Workshop.complete();
    choose(workshop, { selected: false });
    for (let call = 0; call < 5; call++) {
      const wrong = { ...ACCOUNT, password: "wrong" };
      expect(workshop.answerOf(FACTURES, wrong)).toEqual({ status: 403, headers: {}, body: "" });
    }
    choose(workshop, {});
    expect(workshop.statusOf()).toBe(200);
  });

  it("leaves the others as they are", () => {
    const workshop = Workshop.complete();
    choose(workshop, { selected: false });
    expect(CHORUS_PRO_APIS.map((api) => workshop.statusOf(api))).toEqual(
      CHORUS_PRO_APIS.map((api) => (api === FACTURES ? 403 : 200)),
    );
  });

  it("that is refused takes the health check of Chorus Pro, which needs no account, with it", () => {
    const workshop = Workshop.complete();
    const healthCheck = (): number =>
      workshop.piste.handle(
        request("GET", "/cpro/transverses/v1/health-check", { headers: { authorization: workshop.authorization } }),
      ).answer.status;
    expect(healthCheck()).toBe(200);
    const apis = [{ api: "chorus-pro-transverses", cguAccepted: false }];
    workshop.do("PATCH /applications", { name: workshop.application, apis });
    expect(healthCheck()).toBe(403);
  });

  it("is let through at once, or once the choice has spread", () => {
    const workshop = Workshop.complete();
    choose(workshop, { selected: false });
    choose(workshop, {});
    expect(workshop.statusOf()).toBe(200);
    workshop.change({ apiSelectionSpreadsInMinutes: 10 });
    expect(workshop.statusOf()).toBe(403);
    workshop.now += 10 * MINUTE - 1;
    choose(workshop, {});
    expect(workshop.statusOf()).toBe(403);
    workshop.now += 1;
    expect(workshop.statusOf()).toBe(200);
  });

  it("matters to no client that is of no application", () => {
    const workshop = Workshop.complete();
    workshop.piste.platform.addClient(CLIENT);
    workshop.credentials = CLIENT;
    workshop.do("DELETE /raccordements", workshop.raccordement);
    expect(workshop.run()).toBe(200);
    expect(workshop.statusOf("legifrance", null)).toBe(200);
  });
});

describe("an application's credentials", () => {
  it("are those of one environment: in the other they are unknown", () => {
    const workshop = Workshop.complete();
    workshop.do("POST /applications", { client_id: "of-prod", client_secret: "secret", name: APPLICATION.prod });
    const tokenFor = (client_id: string, client_secret: string): unknown => {
      const { answer } = workshop.piste.handle(tokenRequest({ client_id, client_secret }));
      return answer.status === 200 ? 200 : errorOf(answer);
    };
    const both = (): unknown[] => [
      tokenFor(CREDENTIALS.client_id, CREDENTIALS.client_secret),
      tokenFor("of-prod", "secret"),
    ];
    expect(both()).toEqual([200, "invalid_client"]);
    workshop.change({ environment: "prod" });
    expect(both()).toEqual(["invalid_client", 200]);
  });

  const resetSecret = (workshop: Workshop): void => {
    workshop.do("POST /applications/secret", { name: workshop.application, client_secret: "second-client-secret" });
  };

  it("are dead at once when the secret is reset", () => {
    const workshop = Workshop.complete();
    resetSecret(workshop);
    expect(workshop.fetchToken()).toBe(400);
    workshop.credentials = { ...CREDENTIALS, client_secret: "second-client-secret" };
    expect(workshop.run()).toBe(200);
  });

  it("live on after that where this is switched on", () => {
    const workshop = Workshop.complete({ oldSecretsSurvive: true });
    resetSecret(workshop);
    expect(workshop.fetchToken()).toBe(200);
    workshop.credentials = { ...CREDENTIALS, client_secret: "second-client-secret" };
    expect(workshop.run()).toBe(200);
    workshop.credentials = { ...CREDENTIALS, client_secret: "third-client-secret" };
    expect(workshop.run()).toBe(400);
  });

  it.each([
    [true, 200],
    [false, 401],
  ])("gave tokens that live on when the secret is reset: %j", (tokensSurviveSecretReset, status) => {
    const workshop = Workshop.complete({ tokensSurviveSecretReset });
    resetSecret(workshop);
    expect(workshop.statusOf()).toBe(status);
  });

  it("gave tokens that live on when the same secret is stored again, or another client's is reset", () => {
    const workshop = Workshop.complete({ tokensSurviveSecretReset: false });
    workshop.do("POST /applications/secret", { name: workshop.application, client_secret: CREDENTIALS.client_secret });
    workshop.piste.platform.addClient(CLIENT);
    workshop.piste.platform.addClient({ ...CLIENT, client_secret: "another" });
    expect(workshop.statusOf()).toBe(200);
  });

  it("may be those of a client that was let in everywhere, and no longer is", () => {
    const workshop = Workshop.empty();
    workshop.do("POST /clients", CREDENTIALS);
    workshop.do("POST /accounts", ACCOUNT);
    expect(workshop.run()).toBe(200);
    workshop.do("POST /applications", { ...CREDENTIALS, name: workshop.application });
    expect(workshop.run()).toBe(403);
    workshop.do("PATCH /applications", { name: workshop.application, apis: ALL_APIS });
    expect(workshop.run()).toBe(200);
  });
});

describe("a client without an application and an account without a structure", () => {
  it("are checked for nothing but their secrets, whatever the settings", () => {
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
