/** Configurations that pass plan and the emulator, and that AWS or its provider would refuse half-way through a deployment. */
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { describe, expect, it } from "@jest/globals";
import { TerraformStack, TerraformVariable } from "cdktf";
import { PisteApplication, type PisteApplicationProps } from "../../constructs";
import { synthesize, synthesizeApp, type SynthesizedStack } from "./synthesize";

type Tags = Readonly<Record<string, string>>;

function application(props: Partial<PisteApplicationProps> = {}): SynthesizedStack {
  return synthesize((stack) => {
    new PisteApplication(stack, "application", { environment: "prod", name: "chorus-pro", ...props });
  });
}

/** In a stack whose provider has default tags. */
function underDefaultTags(defaults: Tags, tags: Tags): SynthesizedStack {
  const { consumer } = synthesizeApp((app) => {
    const stack = new TerraformStack(app, "consumer");
    new AwsProvider(stack, "aws", { region: "eu-west-3", defaultTags: [{ tags: { ...defaults } }] });
    new PisteApplication(stack, "application", { environment: "prod", name: "chorus-pro", tags });
  });
  if (consumer === undefined) throw new Error("the stack was not synthesized");
  return consumer;
}

const many = (count: number, prefix = "key"): Tags =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}-${index}`, "x"]));

describe("tags", () => {
  it.each<[string, Tags, string]>([
    ["a key with a character that IAM refuses", { "cost&center": "x" }, 'got the key "cost&center"'],
    ["a value with a character that IAM refuses", { team: "R&D" }, 'got "R&D" of team'],
    ["a value of 257 characters", { team: "x".repeat(257) }, "must have values of at most 256 characters"],
    ["an empty key", { "": "x" }, 'must have keys of 1 to 128 characters, got the key ""'],
    ["a key of 129 characters", { ["k".repeat(129)]: "x" }, "must have keys of 1 to 128 characters"],
    [
      "a key of AWS's own, in capitals",
      { "AWS:team": "x" },
      'must not have keys that begin with aws:, got the key "AWS:team"',
    ],
    ["keys that differ only in case", { Team: "x", team: "y" }, "must not have keys that differ only in case"],
    ["more than fifty", many(51), "must be at most 50 with those of the provider, got 51"],
    ["no value, which Scheduler refuses", { team: "" }, "must have values of at least 1 character"],
  ])("are refused: %s", (_, tags, message) => {
    expect(() => application({ tags })).toThrow(message);
    expect(() => underDefaultTags(tags, {})).toThrow(message);
  });

  it("are counted, and compared, together with those of the provider", () => {
    expect(() => underDefaultTags(many(30), many(30, "more"))).toThrow(
      "tags must be at most 50 with those of the provider, got 60",
    );
    expect(() => underDefaultTags({ Environment: "production" }, { environment: "prod" })).toThrow(
      'tags must not have keys that differ only in case, got "Environment" and "environment"; IAM takes them for one',
    );
  });

  it("of the longest and of all characters that IAM takes are taken", () => {
    const tags = { ...many(48), ["k".repeat(128)]: "v".repeat(256), "coût : équipe/x=+-@_.": "Été 2027" };
    expect(application({ tags }).only("aws_iam_role", { name: "piste-prod-chorus-pro-token-refresh" })["tags"]).toEqual(
      tags,
    );
  });

  it("that are known only later are not judged", () => {
    expect(() =>
      synthesize((stack) => {
        const variable = new TerraformVariable(stack, "team", { type: "string" });
        new PisteApplication(stack, "application", {
          environment: "prod",
          name: "chorus-pro",
          tags: { team: variable.stringValue, [variable.stringValue]: "R-D" },
        });
      }),
    ).not.toThrow();
  });
});
