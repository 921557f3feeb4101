import { describe, expect, it } from "@jest/globals";
import { ListSecretVersionIdsCommand } from "@aws-sdk/client-secrets-manager";
import { accountStore, type AccountStore } from "../../../lambda/token-refresh/account-store";
import { ThrottledError } from "../../../lambda/token-refresh/secret-versions";
import { PlatformError } from "../../../lambda/shared/secret-store";

const NAME = "piste/qualif/chorus-pro/technical-account/lyon";
const CreatedDate = new Date("2026-11-24T10:00:00Z");

/** A store whose clients give these replies in order, and the inputs of the commands sent. */
function storeReplying(...replies: readonly (object | Error)[]): {
  readonly store: AccountStore;
  readonly inputs: unknown[];
} {
  const inputs: unknown[] = [];
  const sender = (Command: new (...given: never[]) => { readonly input: unknown }) => (command: unknown) => {
    if (!(command instanceof Command)) throw new Error("another command was sent");
    const reply = replies[inputs.length];
    inputs.push(command.input);
    if (reply === undefined) throw new Error(`${inputs.length} commands were sent`);
    return reply instanceof Error ? Promise.reject(reply) : Promise.resolve(reply);
  };
  const secrets = { send: sender(ListSecretVersionIdsCommand) };
  const readParameter = (): Promise<never> => Promise.reject(new Error("no parameter is asked for"));
  return { store: accountStore({ secrets, readParameter }), inputs };
}

const awsError = (name: string): Error => Object.assign(new Error("says AWS"), { name });

describe("the current version of a secret", () => {
  it("has labels and a date, read by a command that cannot return a value", async () => {
    const labels = ["AWSCURRENT", "CHANGED-2026-11-24"];
    const old = { VersionStages: ["AWSPREVIOUS", "CHANGED-2025-09-01"], CreatedDate: new Date(0) };
    const { store, inputs } = storeReplying({ Versions: [old, {}, { VersionStages: labels, CreatedDate }] });
    expect(await store.currentVersion(NAME)).toEqual({ labels, storedAt: CreatedDate.getTime() });
    expect(inputs).toEqual([{ SecretId: NAME, NextToken: undefined }]);
  });

  it("can be on a later page", async () => {
    const { store, inputs } = storeReplying(
      { Versions: [], NextToken: "more" },
      { Versions: [{ VersionStages: ["AWSCURRENT"], CreatedDate }] },
    );
    expect(await store.currentVersion(NAME)).toEqual({ labels: ["AWSCURRENT"], storedAt: CreatedDate.getTime() });
    expect(inputs).toMatchObject([{ NextToken: undefined }, { NextToken: "more" }]);
  });

  it.each([
    ["no version", {}],
    ["none on the last page, which an emulator ends with an empty token", { Versions: [], NextToken: "" }],
    ["no current one", { Versions: [{ VersionStages: ["AWSPENDING"], CreatedDate }] }],
  ])("is undefined with %s", async (_, answer) => {
    const { store, inputs } = storeReplying(answer);
    expect(await store.currentVersion(NAME)).toBeUndefined();
    expect(inputs).toHaveLength(1);
  });

  it("without a date is a platform failure, not a password of 1970", async () => {
    const { store } = storeReplying({ Versions: [{ VersionStages: ["AWSCURRENT"] }] });
    await expect(store.currentVersion(NAME)).rejects.toThrow(
      new PlatformError(`AWS gives no date for a version of ${NAME}`),
    );
  });

  it("that AWS refuses is a platform failure with its cause", async () => {
    const cause = awsError("AccessDeniedException");
    const error: unknown = await storeReplying(cause)
      .store.currentVersion(NAME)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PlatformError);
    expect(error).not.toBeInstanceOf(ThrottledError);
    expect(error).toMatchObject({
      message: `cannot list the versions of the secret ${NAME}: AccessDeniedException: says AWS`,
      cause,
    });
  });

  it.each(["ThrottlingException", "TooManyRequestsException"])(
    "that AWS throttles is another failure: %s",
    async (name) => {
      await expect(storeReplying(awsError(name)).store.currentVersion(NAME)).rejects.toThrow(ThrottledError);
    },
  );
});
