/**
 * Expected values are those of AWS: the API reference of PutSecretValue, GetSecretValue, DescribeSecret and
 * UpdateSecretVersionStage, and the quotas of 65,536 bytes for a value and 100 versions for a secret, of which "Secrets
 * Manager […] does not remove versions created less than 24 hours ago".
 */
import { describe, expect, it } from "@jest/globals";
import { awsError, SecretsManagerModel } from "../../simulation/secrets-manager";
import { BEGINNING, HOUR, MINUTE } from "./fixture";

const NAME = "the-secret";
const DAY = 24 * HOUR;

interface Opened {
  readonly model: SecretsManagerModel;
  readonly forward: (milliseconds: number) => void;
  /** Writes a new value. */
  readonly putNew: () => void;
}

/** A model with one empty secret, and a manual clock. */
function openModel(): Opened {
  let now = BEGINNING;
  let written = 0;
  const model = new SecretsManagerModel(() => now);
  model.create(NAME);
  return {
    model,
    forward: (milliseconds) => (now += milliseconds),
    putNew: () => {
      written += 1;
      model.put({ SecretId: NAME, SecretString: `value ${written}`, ClientRequestToken: `token ${written}` });
    },
  };
}

/** Name and message of the thrown error. */
function thrownBy(act: () => unknown): { readonly name: string; readonly message: string } | undefined {
  try {
    act();
  } catch (error) {
    const { name, message } = error as Error;
    return { name, message };
  }
  return undefined;
}

describe("an error of AWS", () => {
  it("has the name of the SDK's error, which is also its default message", () => {
    expect(awsError("ThrottlingException")).toMatchObject({
      name: "ThrottlingException",
      message: "ThrottlingException",
    });
    expect(awsError("AccessDeniedException", "no")).toMatchObject({ name: "AccessDeniedException", message: "no" });
    expect(awsError("ThrottlingException")).toBeInstanceOf(Error);
  });
});

describe("a written value", () => {
  it("is the current version, with its date and the request token as its id", () => {
    const { model, forward } = openModel();
    forward(MINUTE);
    model.put({ SecretId: NAME, SecretString: "value", ClientRequestToken: "token" });
    forward(MINUTE);
    const version = { SecretString: "value", CreatedDate: new Date(BEGINNING + MINUTE), VersionId: "token" };
    expect(model.get({ SecretId: NAME, VersionStage: "AWSCURRENT" })).toEqual(version);
    expect(model.get({ SecretId: NAME })).toEqual(version);
    expect(model.peek(NAME)).toBe("value");
  });

  it("becomes the previous version with the next write", () => {
    const { model } = openModel();
    for (const value of ["one", "two", "three"]) model.put({ SecretId: NAME, SecretString: value });
    expect(model.get({ SecretId: NAME }).SecretString).toBe("three");
    expect(model.get({ SecretId: NAME, VersionStage: "AWSPREVIOUS" }).SecretString).toBe("two");
  });

  it("without a request token gets a new id, even if the value is the same", () => {
    const { model } = openModel();
    const ids = [1, 2].map(() => {
      model.put({ SecretId: NAME, SecretString: "value" });
      return model.get({ SecretId: NAME }).VersionId;
    });
    expect(new Set(ids).size).toBe(2);
    expect(model.versionsOfLastDay(NAME)).toBe(2);
  });

  it("belongs to its secret", () => {
    const { model } = openModel();
    model.create("another");
    model.put({ SecretId: "another", SecretString: "value" });
    expect(model.peek(NAME)).toBeUndefined();
    expect(model.versionsOfLastDay(NAME)).toBe(0);
  });
});

describe("a request token that was used before", () => {
  it("with the same value is ignored", () => {
    const { model, forward } = openModel();
    const write = { SecretId: NAME, SecretString: "value", ClientRequestToken: "token" };
    model.put(write);
    model.put({ SecretId: NAME, SecretString: "newer", ClientRequestToken: "another token" });
    forward(MINUTE);
    model.put(write);
    expect(model.versionsOfLastDay(NAME)).toBe(2);
    expect(model.get({ SecretId: NAME }).SecretString).toBe("newer");
    expect(model.get({ SecretId: NAME, VersionStage: "AWSPREVIOUS" }).CreatedDate).toEqual(new Date(BEGINNING));
  });

  it("is known as long as its version has a stage", () => {
    const { model, forward } = openModel();
    const write = { SecretId: NAME, SecretString: "value", ClientRequestToken: "token" };
    model.put(write);
    forward(2 * DAY);
    model.put({ SecretId: NAME, SecretString: "newer", ClientRequestToken: "another token" });
    model.put(write);
    expect(model.peek(NAME)).toBe("newer");
    expect(model.versionsOfLastDay(NAME)).toBe(1);
  });

  it("with another value is refused", () => {
    const { model } = openModel();
    model.put({ SecretId: NAME, SecretString: "value", ClientRequestToken: "token" });
    const again = (): void => {
      model.put({ SecretId: NAME, SecretString: "another", ClientRequestToken: "token" });
    };
    expect(thrownBy(again)?.name).toBe("ResourceExistsException");
    expect(model.peek(NAME)).toBe("value");
  });
});

describe("a label", () => {
  const put = (model: SecretsManagerModel, id: string, ...VersionStages: string[]): void => {
    const stages = VersionStages.length === 0 ? {} : { VersionStages };
    model.put({ SecretId: NAME, SecretString: `value of ${id}`, ClientRequestToken: id, ...stages });
  };
  const move = (model: SecretsManagerModel, VersionStage: string, from?: string, to?: string): void => {
    model.move({ SecretId: NAME, VersionStage, RemoveFromVersionId: from, MoveToVersionId: to });
  };
  const labels = (model: SecretsManagerModel): unknown => model.describe({ SecretId: NAME }).VersionIdsToStages;

  it("is on no version of an empty secret", () => {
    expect(labels(openModel().model)).toBeUndefined();
  });

  it("of a new value does not move AWSCURRENT, except that the first version is current", () => {
    const { model } = openModel();
    put(model, "one", "AWSPENDING");
    expect(labels(model)).toEqual({ one: ["AWSPENDING", "AWSCURRENT"] });
    put(model, "two", "AWSPENDING", "CHANGED-2026-01-01");
    expect(labels(model)).toEqual({ one: ["AWSCURRENT"], two: ["AWSPENDING", "CHANGED-2026-01-01"] });
    expect(model.get({ SecretId: NAME, VersionStage: "AWSPENDING" }).SecretString).toBe("value of two");
    expect(model.peek(NAME)).toBe("value of one");
  });

  it("is on one version: AWSPREVIOUS follows AWSCURRENT, and versions without a label are not listed", () => {
    const { model } = openModel();
    for (const id of ["one", "two", "three"]) put(model, id);
    expect(labels(model)).toEqual({ two: ["AWSPREVIOUS"], three: ["AWSCURRENT"] });
    move(model, "AWSCURRENT", "three", "one");
    expect(labels(model)).toEqual({ one: ["AWSCURRENT"], three: ["AWSPREVIOUS"] });
    move(model, "AWSCURRENT", "one", "three");
    expect(labels(model)).toEqual({ one: ["AWSPREVIOUS"], three: ["AWSCURRENT"] });
  });

  it("lists its version with the time of storing", () => {
    const { model, forward } = openModel();
    put(model, "one");
    forward(MINUTE);
    for (const id of ["two", "three"]) put(model, id);
    expect(model.list({ SecretId: NAME })).toEqual([
      { VersionId: "two", VersionStages: ["AWSPREVIOUS"], CreatedDate: new Date(BEGINNING + MINUTE) },
      { VersionId: "three", VersionStages: ["AWSCURRENT"], CreatedDate: new Date(BEGINNING + MINUTE) },
    ]);
  });

  it("is moved and removed if the request names its version", () => {
    const { model } = openModel();
    put(model, "one");
    put(model, "two", "AWSPENDING");
    move(model, "AWSCURRENT", "one", "two");
    move(model, "AWSPENDING", "two");
    expect(labels(model)).toEqual({ one: ["AWSPREVIOUS"], two: ["AWSCURRENT"] });
    move(model, "MINE", undefined, "two");
    // It is there already.
    move(model, "MINE", undefined, "two");
    expect(labels(model)).toEqual({ one: ["AWSPREVIOUS"], two: ["AWSCURRENT", "MINE"] });
  });

  it.each<[string, string, string | undefined, string | undefined]>([
    ["moved without its version", "AWSCURRENT", undefined, "two"],
    ["moved from a wrong version", "AWSCURRENT", "two", "two"],
    ["moved from its earlier version", "AWSCURRENT", "old", "two"],
    ["removed from a wrong version", "AWSPENDING", "one", undefined],
    ["removed though it does not exist", "MINE", "one", undefined],
    ["taken off nothing", "AWSPENDING", undefined, undefined],
    ["removed, if it is AWSCURRENT", "AWSCURRENT", "one", undefined],
  ])("is not %s", (_, label, from, to) => {
    const { model } = openModel();
    put(model, "old");
    put(model, "one");
    put(model, "two", "AWSPENDING");
    const before = labels(model);
    expect(
      thrownBy(() => {
        move(model, label, from, to);
      })?.name,
    ).toBe("InvalidParameterException");
    expect(labels(model)).toEqual(before);
  });

  it("is not moved to an unknown version", () => {
    const { model } = openModel();
    put(model, "one");
    expect(
      thrownBy(() => {
        move(model, "AWSCURRENT", "one", "two");
      })?.name,
    ).toBe("ResourceNotFoundException");
  });

  it("keeps its version, whatever its name", () => {
    const { model, forward } = openModel();
    put(model, "one", "MINE");
    put(model, "two");
    put(model, "three");
    forward(2 * DAY);
    put(model, "four");
    expect(model.get({ SecretId: NAME, VersionStage: "MINE" }).SecretString).toBe("value of one");
    move(model, "AWSCURRENT", "four", "one");
    expect(model.peek(NAME)).toBe("value of one");
  });
});

describe("a missing value", () => {
  const noValue = "Secrets Manager can't find the specified secret value for staging label:";

  it.each(["AWSCURRENT", "AWSPREVIOUS"])("is reported for the stage %s of an empty secret", (stage) => {
    const { model } = openModel();
    expect(thrownBy(() => model.get({ SecretId: NAME, VersionStage: stage }))).toEqual({
      name: "ResourceNotFoundException",
      message: `${noValue} ${stage}`,
    });
  });

  it("is reported for AWSPREVIOUS after the first write, and for an unknown stage", () => {
    const { model, putNew } = openModel();
    putNew();
    for (const stage of ["AWSPREVIOUS", "AWSPENDING"]) {
      expect(thrownBy(() => model.get({ SecretId: NAME, VersionStage: stage }))?.message).toBe(`${noValue} ${stage}`);
    }
  });

  it("has another message for an absent secret", () => {
    const { model } = openModel();
    const actions = [
      () => model.get({ SecretId: "absent" }),
      () => {
        model.put({ SecretId: "absent", SecretString: "value" });
      },
      () => model.peek("absent"),
      () => model.describe({ SecretId: "absent" }),
      () => {
        model.move({ SecretId: "absent", VersionStage: "AWSCURRENT" });
      },
    ];
    for (const deed of actions) {
      expect(thrownBy(deed)).toEqual({
        name: "ResourceNotFoundException",
        message: "Secrets Manager can't find the specified secret.",
      });
    }
  });
});

describe("a value", () => {
  it("may have at most 65,536 bytes of UTF-8", () => {
    const { model } = openModel();
    const put = (value: string): void => {
      model.put({ SecretId: NAME, SecretString: value });
    };
    expect(
      thrownBy(() => {
        put("x".repeat(65_536));
      }),
    ).toBeUndefined();
    expect(
      thrownBy(() => {
        put("x".repeat(65_537));
      })?.name,
    ).toBe("ValidationException");
    // Two bytes each.
    expect(
      thrownBy(() => {
        put("é".repeat(32_769));
      })?.name,
    ).toBe("ValidationException");
    expect(model.peek(NAME)).toBe("x".repeat(65_536));
  });
});

describe("versions of less than 24 hours", () => {
  it("are 100 at most", () => {
    const { model, putNew } = openModel();
    for (let count = 1; count <= 100; count++) putNew();
    expect(model.versionsOfLastDay(NAME)).toBe(100);
    expect(thrownBy(putNew)?.name).toBe("LimitExceededException");
    expect(model.peek(NAME)).toBe("value 100");
    expect(model.versionsOfLastDay(NAME)).toBe(100);
  });

  it("allow a write that creates no version, even if they are 100", () => {
    const { model, putNew } = openModel();
    for (let count = 1; count <= 100; count++) putNew();
    const again = (): void => {
      model.put({ SecretId: NAME, SecretString: "value 100", ClientRequestToken: "token 100" });
    };
    expect(thrownBy(again)).toBeUndefined();
  });

  it("allow a write as soon as the oldest is 24 hours old", () => {
    const { model, forward, putNew } = openModel();
    putNew();
    forward(MINUTE);
    for (let count = 2; count <= 100; count++) putNew();
    forward(DAY - MINUTE - 1);
    expect(thrownBy(putNew)?.name).toBe("LimitExceededException");
    forward(1);
    expect(model.versionsOfLastDay(NAME)).toBe(99);
    expect(thrownBy(putNew)).toBeUndefined();
    // The 99 others are a minute younger.
    expect(thrownBy(putNew)?.name).toBe("LimitExceededException");
    forward(MINUTE);
    expect(thrownBy(putNew)).toBeUndefined();
  });

  it("never exceed 100 with a write every 865 seconds", () => {
    const { model, forward, putNew } = openModel();
    for (let count = 1; count <= 300; count++) {
      putNew();
      expect(model.versionsOfLastDay(NAME)).toBeLessThanOrEqual(100);
      forward(865_000);
    }
  });

  it("are not the only ones: versions with a stage stay", () => {
    const { model, forward, putNew } = openModel();
    putNew();
    putNew();
    forward(2 * DAY);
    expect(model.versionsOfLastDay(NAME)).toBe(0);
    expect(model.get({ SecretId: NAME }).SecretString).toBe("value 2");
    expect(model.get({ SecretId: NAME, VersionStage: "AWSPREVIOUS" }).SecretString).toBe("value 1");
    putNew();
    expect(model.get({ SecretId: NAME, VersionStage: "AWSPREVIOUS" }).SecretString).toBe("value 2");
  });
});
