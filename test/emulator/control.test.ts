import { describe, expect, it } from "@jest/globals";
import { CONTROL_ACTIONS, Piste } from "../../emulator";
import { DEFAULT_SETTINGS } from "../../emulator/settings";
import { ACCOUNT, bodyOf, CLIENT, control, errorOf, somePiste, STRUCTURE, tokenOf, tokenRequest } from "./requests";

describe("the control address", () => {
  it("adds clients, accounts and structures", () => {
    const piste = new Piste();
    expect(control(piste, "POST /clients", CLIENT).status).toBe(200);
    expect(control(piste, "POST /accounts", ACCOUNT).status).toBe(200);
    expect(control(piste, "POST /structures", STRUCTURE).status).toBe(200);
    expect(piste.platform.knowsClient(CLIENT)).toBe(true);
    expect(piste.platform.knowsAccount(ACCOUNT)).toBe(true);
    expect(piste.platform.portal.findStructures(STRUCTURE.identifier, "SIRET")).toMatchObject([STRUCTURE]);
  });

  it("never answers with a credential", () => {
    const piste = new Piste();
    const answers = [control(piste, "POST /clients", CLIENT), control(piste, "POST /accounts", ACCOUNT)];
    answers.push(...["GET /settings", "GET /faults", "GET /calls"].map((call) => control(piste, call)));
    const said = JSON.stringify(answers);
    for (const secret of [CLIENT.client_secret, ACCOUNT.password]) expect(said).not.toContain(secret);
  });

  it("changes single settings, and restores the defaults", () => {
    const piste = new Piste();
    const changed = { ...DEFAULT_SETTINGS, tokenLifetimeInSeconds: 60, scopes: ["other"] };
    control(piste, "PATCH /settings", { tokenLifetimeInSeconds: 60 });
    expect(bodyOf(control(piste, "PATCH /settings", { scopes: ["other"] }))).toEqual(changed);
    expect(bodyOf(control(piste, "GET /settings"))).toEqual(changed);
    expect(bodyOf(control(piste, "DELETE /settings"))).toEqual(DEFAULT_SETTINGS);
    expect(piste.platform.settings).toEqual(DEFAULT_SETTINGS);
  });

  it("adds, lists and clears faults", () => {
    const piste = somePiste();
    const fault = { on: "token", status: 503 };
    expect(bodyOf(control(piste, "POST /faults", fault))).toEqual([fault]);
    expect(bodyOf(control(piste, "GET /faults"))).toEqual([fault]);
    expect(piste.handle(tokenRequest()).answer.status).toBe(503);
    expect(bodyOf(control(piste, "DELETE /faults"))).toEqual([]);
    expect(piste.handle(tokenRequest()).answer.status).toBe(200);
  });

  it("expires every token and returns their number", () => {
    const piste = somePiste();
    const token = tokenOf(piste);
    tokenOf(piste);
    expect(bodyOf(control(piste, "DELETE /tokens"))).toEqual({ expired: 2 });
    expect(piste.platform.grantOf(token)).toBeUndefined();
  });
});

describe("an invalid request to the control address", () => {
  it.each(["GET /unknown", "GET ", "PUT /settings", "POST /calls"])("gets the list of actions: %j", (call) => {
    const answer = control(new Piste(), call);
    expect(answer.status).toBe(404);
    expect(bodyOf(answer)).toEqual({ error: `unknown: ${call}`, known: CONTROL_ACTIONS });
    expect(CONTROL_ACTIONS).toContain("POST /faults");
  });

  it("may have a body that is not JSON", () => {
    const answer = control(new Piste(), "POST /faults", "{");
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toBe("the body must be JSON");
  });

  it.each([
    ["POST /faults", undefined, /^invalid body: the body is missing/],
    ["POST /faults", { on: "both" }, /: on must be \("token" \| "gateway" \| "api"\)$/],
    ["POST /faults", { on: "token", status: 199 }, /: status must be >=200/],
    ["POST /faults", { on: "token", status: 600 }, /: status must be <=599/],
    ["POST /faults", { on: "token", times: 0 }, /: times must be >=1/],
    ["POST /faults", { on: "token", delayInMilliseconds: -1 }, /: delayInMilliseconds must be >=0/],
    ["POST /faults", { on: "token", retryAfterInSeconds: -1 }, /: retryAfterInSeconds must be >=0/],
    ["POST /faults", { on: "token", connection: "cut" }, /: connection must be /],
    ["POST /faults", { on: "token", body: "big" }, /: body must be /],
    ["POST /faults", { on: "token" }, /: a fault must have an effect/],
    ["POST /faults", { on: "token", sttus: 503 }, /: sttus is unknown$/],
    ["PATCH /settings", { tokenLifetimeInSeconds: 0 }, /: tokenLifetimeInSeconds must be >=1/],
    ["PATCH /settings", { unknown: true }, /: unknown is unknown$/],
    ["POST /clients", { client_id: "x" }, /: client_secret is missing$/],
    ["POST /accounts", { login: "x", password: "" }, /: password must not be empty$/],
    ["POST /structures", { identifier: "x" }, /: identifierType is missing$/],
  ])("gets 400 with the field: %s %j", (call, body, message) => {
    const piste = new Piste();
    const answer = control(piste, call, body);
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatch(message);
    expect(piste.faults.list()).toEqual([]);
    expect(piste.platform.settings).toEqual(DEFAULT_SETTINGS);
  });
});
