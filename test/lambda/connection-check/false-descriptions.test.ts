/** An attacker who may write an application's description must not cause a read or a call with another's password. */
import { describe, expect, it } from "@jest/globals";
import { PlatformError } from "../../../lambda/shared/secret-store";
import { tokenSecretName } from "../../../piste/names";
import { openCheck } from "./fixture";

const PARAMETER = "/piste/qualif/chorus-pro";
const PAGE = `${PARAMETER}/accounts/1`;
const ANOTHERS = "piste/qualif/other/technical-account/default";

type Changes = (text: string) => string;

/** Replaces members of the JSON. */
const changed =
  (changes: object): Changes =>
  (text) =>
    JSON.stringify({ ...(JSON.parse(text) as object), ...changes });
const accountsChanged =
  (changes: object): Changes =>
  (text) =>
    JSON.stringify((JSON.parse(text) as object[]).map((account) => ({ ...account, ...changes })));

describe("a check of an application", () => {
  it.each<[string, string, Changes, RegExp]>([
    ["with another application's account secret", PAGE, accountsChanged({ secret: ANOTHERS }), /account default/],
    ["described as another", PARAMETER, changed({ application: "other" }), /another application/],
    ["described as prod's", PARAMETER, changed({ environment: "prod" }), /another application/],
    [
      "with another application's token",
      PARAMETER,
      changed({ tokenSecret: tokenSecretName("qualif", "other") }),
      /tokenSecret/,
    ],
    ["that names an account twice", PAGE, (text) => text.replace(/^\[(.*)\]$/, "[$1,$1]"), /a second time/],
    ["with a page over the size limit", PAGE, (text) => text + " ".repeat(4096), /4096 bytes/],
    ["with an invalid page", PAGE, () => '[{"name":1}]', /0\.name/],
    ["with a cut-off page", PAGE, (text) => text.slice(0, -1), /JSON/],
  ])("%s ends with the reason, before it reads or sends a value", async (_, name, changes, says) => {
    const fixture = openCheck();
    fixture.secrets.put(ANOTHERS, fixture.credentialsOf("default"), 24 * 3600);
    const before = fixture.parameters.get(name) ?? "";
    fixture.parameters.set(name, changes(before));
    const error: unknown = await fixture.check().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PlatformError);
    expect((error as Error).message).toContain(name);
    expect((error as Error).message).toMatch(says);
    expect(fixture.secrets.reads).toEqual([]);
    expect(fixture.requests).toEqual([]);
  });
});
