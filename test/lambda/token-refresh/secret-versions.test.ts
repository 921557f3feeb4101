import { describe, expect, it } from "@jest/globals";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { versionDates } from "../../../lambda/token-refresh/secret-versions";
import { PlatformError } from "../../../lambda/shared/secret-store";

const NAME = "piste/qualif/chorus-pro/token";

/** AWS with these answers in order. */
function replying(...replies: readonly (object | Error)[]): {
  readonly client: SecretsManagerClient;
  inputs: object[];
} {
  const inputs: object[] = [];
  const send = ({ input }: { readonly input: object }): Promise<object> => {
    const reply = replies[inputs.length] ?? new Error("too many commands");
    inputs.push(input);
    return reply instanceof Error ? Promise.reject(reply) : Promise.resolve(reply);
  };
  return { client: { send } as never, inputs };
}

describe("the dates of a secret's versions", () => {
  it("include versions without labels, on all pages", async () => {
    const at = (seconds: number): Date => new Date(seconds * 1000 + 400);
    const { client, inputs } = replying(
      { Versions: [{ VersionId: "one", CreatedDate: at(1_700_000_000) }], NextToken: "more" },
      {
        Versions: [{ VersionId: "two", VersionStages: ["AWSCURRENT"], CreatedDate: at(1_700_000_060) }],
        NextToken: "",
      },
    );
    expect(await versionDates(client)(NAME)).toEqual([
      { versionId: "one", storedAt: 1_700_000_000 },
      { versionId: "two", storedAt: 1_700_000_060 },
    ]);
    expect(inputs).toEqual([
      { SecretId: NAME, IncludeDeprecated: true },
      { SecretId: NAME, IncludeDeprecated: true, NextToken: "more" },
    ]);
  });

  it("that AWS refuses to list are a platform failure", async () => {
    const denied = Object.assign(new Error("says AWS"), { name: "AccessDeniedException" });
    const listing = versionDates(replying(denied).client)(NAME);
    await expect(listing).rejects.toThrow(PlatformError);
    await expect(listing).rejects.toThrow(`cannot list the versions of the secret ${NAME}: AccessDeniedException`);
  });
});
