import { describe, expect, it } from "@jest/globals";
import { DescribeSecretCommand, UpdateSecretVersionStageCommand } from "@aws-sdk/client-secrets-manager";
import { versionLabels, type VersionLabels } from "../../../lambda/connection-check/version-labels";
import { PlatformError } from "../../../lambda/shared/secret-store";

const NAME = "piste/qualif/chorus-pro/technical-account/default";

type Reply = object | Error;

/** Labels whose client gives these replies in order, and the commands sent. */
function labelsReplying(...replies: readonly Reply[]): { readonly labels: VersionLabels; readonly sent: unknown[] } {
  const sent: unknown[] = [];
  const send = (command: unknown): Promise<object> => {
    if (!(command instanceof DescribeSecretCommand || command instanceof UpdateSecretVersionStageCommand)) {
      throw new Error("another command was sent");
    }
    const reply = replies[sent.length];
    sent.push(command.input);
    if (reply === undefined) throw new Error(`${sent.length} commands were sent`);
    return reply instanceof Error ? Promise.reject(reply) : Promise.resolve(reply);
  };
  return { labels: versionLabels({ send }), sent };
}

const describing = (VersionIdsToStages?: Record<string, string[]>): Reply => ({ VersionIdsToStages });
const denied = Object.assign(new Error("not allowed"), { name: "AccessDeniedException" });

describe("the current version", () => {
  it.each([
    [
      { one: ["AWSPREVIOUS"], two: ["AWSCURRENT", "CHANGED-2026-01-01"] },
      { versionId: "two", refused: false },
    ],
    [
      { one: ["AWSPREVIOUS", "REFUSED"], two: ["AWSCURRENT"] },
      { versionId: "two", refused: false },
    ],
    [
      { one: ["AWSPREVIOUS"], two: ["REFUSED", "AWSCURRENT"] },
      { versionId: "two", refused: true },
    ],
  ])("is read from the labels %j", async (stages, current) => {
    const { labels, sent } = labelsReplying(describing(stages));
    expect(await labels.current(NAME)).toEqual(current);
    expect(sent).toEqual([{ SecretId: NAME }]);
  });

  it.each<Record<string, string[]> | undefined>([undefined, {}, { one: ["REFUSED"] }])(
    "does not exist without a stored value: %j",
    async (stages) => {
      expect(await labelsReplying(describing(stages)).labels.current(NAME)).toBeUndefined();
    },
  );

  it("that AWS denies is a platform failure", async () => {
    const error: unknown = await labelsReplying(denied)
      .labels.current(NAME)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PlatformError);
    expect(error).toHaveProperty("message", `cannot describe the secret ${NAME}: AccessDeniedException: not allowed`);
  });
});

describe("the label REFUSED", () => {
  it("is set on exactly the refused version", async () => {
    const { labels, sent } = labelsReplying(describing({ two: ["AWSCURRENT"] }), {});
    await labels.markRefused(NAME, "two");
    expect(sent[1]).toEqual({ SecretId: NAME, VersionStage: "REFUSED", MoveToVersionId: "two" });
  });

  it("is moved from the version that had it", async () => {
    const { labels, sent } = labelsReplying(describing({ one: ["REFUSED"], two: ["AWSCURRENT"] }), {});
    await labels.markRefused(NAME, "two");
    expect(sent[1]).toEqual({
      SecretId: NAME,
      VersionStage: "REFUSED",
      MoveToVersionId: "two",
      RemoveFromVersionId: "one",
    });
  });

  it("is set on the refused version even if another has become current", async () => {
    const { labels, sent } = labelsReplying(describing({ two: ["AWSPREVIOUS"], three: ["AWSCURRENT"] }), {});
    await labels.markRefused(NAME, "two");
    expect(sent[1]).toMatchObject({ MoveToVersionId: "two" });
  });

  it("is not set twice", async () => {
    const { labels, sent } = labelsReplying(describing({ two: ["AWSCURRENT", "REFUSED"] }));
    await labels.markRefused(NAME, "two");
    expect(sent).toHaveLength(1);
  });

  it.each([[[denied]], [[describing({}), denied]]])("that AWS denies is a platform failure", async (replies) => {
    await expect(labelsReplying(...replies).labels.markRefused(NAME, "two")).rejects.toThrow(
      `cannot put the label REFUSED on version two of the secret ${NAME}: AccessDeniedException: not allowed`,
    );
  });
});
