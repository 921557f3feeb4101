import * as path from "node:path";
import { build } from "esbuild";
import { describe, expect, it } from "@jest/globals";
import { CommandError } from "../../../cli/command/failure";
import { checkOptions } from "../../../cli/policy/run";
import type { Holder } from "../../../cli/policy/statement";
import { runPiste } from "../run-piste";

const A_PROCESS = 30_000;
const ROOT = path.resolve(__dirname, "../../..");
const GIVEN = {
  environment: "prod",
  application: "chorus-pro",
  accountId: "123456789012",
  region: "eu-west-3",
} as const;

function refusal(more: Partial<Parameters<typeof checkOptions>[1]>, holder: Holder = "operator"): CommandError {
  try {
    checkOptions(holder, { ...GIVEN, ...more });
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
  throw new Error("expected a refusal");
}

describe("piste policy", () => {
  it(
    "prints only JSON on standard output, and the reason for each statement on standard error",
    async () => {
      const words = ["policy", "consumer", "--environment", "prod", "--account-id", "123456789012"];
      const { code, out, err } = await runPiste([...words, "--region", "eu-west-1", "--lang", "fr"]);
      expect(code).toBe(0);
      const { Version, Statement } = JSON.parse(out) as { Version: string; Statement: { Resource: string[] }[] };
      expect(Version).toBe("2012-10-17");
      expect(Statement.map(({ Resource }) => Resource)).toEqual([
        [
          "arn:aws:secretsmanager:eu-west-1:123456789012:secret:piste/prod/chorus-pro/token-??????",
          "arn:aws:secretsmanager:eu-west-1:123456789012:secret:piste/prod/chorus-pro/technical-account/*-??????",
        ],
      ]);
      expect(err).toMatch(/^ReadTokenAndAccounts {2}lit le jeton et les comptes techniques en vigueur/);
    },
    A_PROCESS,
  );

  it(
    "names its required options and the policies that exist",
    async () => {
      const { code, out, err } = await runPiste(["policy", "operator", "--environment", "prod"]);
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(err).toContain("npx piste policy operator … --account-id <12 digits>");
      const other = await runPiste(["policy", "administrator"]);
      expect({ code: other.code, out: other.out }).toEqual({ code: 2, out: "" });
      expect(other.err).toContain("operator, alarm-tester, verifier, depositor, consumer, deployer");
    },
    A_PROCESS,
  );

  it.each([
    [{ accountId: "12345678901" }, "--account-id", '"12345678901"'],
    [{ accountId: "arn:aws:iam::123456789012:root" }, "--account-id", '"arn:'],
    [{ application: "Chorus Pro" }, "--application", '"Chorus Pro"'],
    [{ application: "*" }, "--application", '"*"'],
    [{ region: "paris" }, "--region", '"paris"'],
    [{ region: "*" }, "--region", '"*"'],
    [{ encryptionKeyArn: "alias/mine" }, "--encryption-key-arn", '"alias/mine"'],
    [{ encryptionKeyArn: "arn:aws:kms:eu-west-3:123456789012:key/*" }, "--encryption-key-arn", 'key/*"'],
    [{ topicArn: ["arn:aws:sns:eu-west-3:123456789012:*"] }, "--topic-arn", ':*"'],
  ])("refuses %j, and names the option and the value in both languages", (more, option, value) => {
    const { text, owner } = refusal(more);
    expect(owner).toBe("operator");
    for (const sentence of [text.en, text.fr]) {
      expect(sentence).toContain(option);
      expect(sentence).toContain(value);
    }
    expect(text.fr).toContain("doit être");
  });

  it.each([
    [{ stateBucket: "Our_State" }, "--state-bucket", '"Our_State"'],
    [{ permissionsBoundaryArn: "boundary" }, "--permissions-boundary-arn", '"boundary"'],
    [{ rolePath: "service" }, "--role-path", '"service"'],
    [{ rolePath: "/*/" }, "--role-path", '"/*/"'],
    [{ roleArn: ["arn:aws:iam::123456789012:role/*"] }, "--role-arn", 'role/*"'],
    [{ layerArn: ["arn:aws:lambda:eu-west-3:123456789012:layer:*"] }, "--layer-arn", 'layer:*"'],
  ])("refuses %j for a deployer", (more, option, value) => {
    const { text } = refusal(more, "deployer");
    for (const sentence of [text.en, text.fr]) {
      expect(sentence).toContain(option);
      expect(sentence).toContain(value);
    }
    expect(text.fr).toContain("doit être");
  });

  it("accepts a deployer's options, and ignores them for other holders", () => {
    const boundary = "arn:aws:iam::123456789012:policy/team/boundary";
    const role = "arn:aws:iam::123456789012:role/service/brought-in";
    const more = {
      stateBucket: "our-state",
      encryptAlarms: true,
      permissionsBoundaryArn: boundary,
      rolePath: "/service/",
      roleArn: [role],
      network: true,
      layerArn: [
        "arn:aws:lambda:eu-west-3:123456789012:layer:acme-ca:3",
        "arn:aws:lambda:eu-west-3:123456789012:layer:b:*",
      ],
    } as const;
    const { roleArn, layerArn, ...same } = more;
    expect(checkOptions("deployer", { ...GIVEN, ...more })).toMatchObject({
      ...same,
      roleArns: roleArn,
      layerArns: layerArn,
    });
    expect(checkOptions("operator", { ...GIVEN, ...more })).toEqual({ ...GIVEN, topicArns: [] });
  });

  it("accepts valid options", () => {
    const key = "arn:aws:kms:eu-west-3:123456789012:key/mrk-0a1b2c3d";
    const topic = "arn:aws:sns:eu-west-3:123456789012:Pager_1";
    const more = { encryptionKeyArn: key, topicArn: [topic] };
    expect(checkOptions("operator", { ...GIVEN, ...more })).toEqual({
      ...GIVEN,
      encryptionKeyArn: key,
      topicArns: [topic],
    });
  });
});

describe("the piste command", () => {
  it("does not load cdktf, which takes seconds", async () => {
    const { metafile } = await build({
      absWorkingDir: ROOT,
      entryPoints: ["cli/piste.ts"],
      bundle: true,
      packages: "external",
      platform: "node",
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    const external = Object.values(metafile.inputs).flatMap(({ imports }) =>
      imports.filter((each) => each.external === true).map((each) => each.path),
    );
    expect(external).toContain("commander");
    expect(external.filter((name) => /^(?:@cdktf|cdktf|cdktn|constructs)(?:\/|$)/.test(name))).toEqual([]);
    expect(Object.keys(metafile.inputs)).toContain("aws/policy-statements.ts");
  });
});
