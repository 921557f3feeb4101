import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { APPLICATION, synthesizeProof, TAG } from "../../../scripts/prove/app";
import {
  findLeftovers,
  namesOf,
  proofInAws,
  removeLeftovers,
  type Kind,
  type Resources,
} from "../../../scripts/prove/leftovers";

const STARTED = "2026-03-02T10:00:00.000Z";
const OWN = `piste-qualif-${APPLICATION}`;

const named = (name: string, message = name): Error => Object.assign(new Error(message), { name });

/** A kind with these resources: tags by name. */
function kindOf(type: string, there: Record<string, Record<string, string>>, refusal?: Error): Kind {
  return {
    type,
    tags: (name) => {
      const tags = there[name];
      return tags === undefined ? Promise.reject(named("ResourceNotFoundException")) : Promise.resolve(tags);
    },
    remove: (name) => {
      if (refusal !== undefined) return Promise.reject(refusal);
      // The name is the original one.
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
      delete there[name];
      return Promise.resolve();
    },
  };
}

const synthesized = (type: string, ...names: string[]): Resources => ({
  [type]: Object.fromEntries(names.map((name, index) => [`resource${index}`, { name }])),
});
const tagged = (arns: readonly string[]) => (): Promise<readonly string[]> => Promise.resolve(arns);

describe("the proof's leftovers", () => {
  it("are existing resources with both the tag and a name of the stack", async () => {
    const things = { [`${OWN}-a`]: { [TAG]: STARTED }, [`${OWN}-b`]: { environment: "qualif" } };
    const aws = { kinds: [kindOf("one", things)], tagged: tagged([]) };
    const names = synthesized("one", `${OWN}-a`, `${OWN}-b`, `${OWN}-gone`);
    expect(await findLeftovers(aws, names)).toEqual({
      own: [{ type: "one", name: `${OWN}-a`, startedAt: STARTED }],
      strange: [],
    });
  });

  it("exclude a resource with the tag and another name, which is reported", async () => {
    const things = { [`${OWN}-a`]: { [TAG]: STARTED }, [`${OWN}-b`]: { [TAG]: STARTED } };
    const arn = (name: string): string => `arn:aws:one:eu-west-3:123456789012:thing/${name}`;
    const aws = { kinds: [kindOf("one", things)], tagged: tagged([arn(`${OWN}-a`), arn(`${OWN}-b`)]) };
    const found = await findLeftovers(aws, synthesized("one", `${OWN}-a`));
    expect(found).toEqual({
      own: [{ type: "one", name: `${OWN}-a`, startedAt: STARTED }],
      strange: [arn(`${OWN}-b`)],
    });
    expect(await removeLeftovers(aws, found.own)).toEqual([]);
    expect(Object.keys(things)).toEqual([`${OWN}-b`]);
  });

  it("exclude resources that only AWS's index of tags still has", async () => {
    const gone = `arn:aws:one:eu-west-3:123456789012:thing/${OWN}-gone`;
    const aws = { kinds: [kindOf("one", {})], tagged: tagged([gone]) };
    expect(await findLeftovers(aws, synthesized("one", `${OWN}-gone`))).toEqual({ own: [], strange: [] });
  });

  it("are not considered empty if AWS refuses to list them", async () => {
    const kind: Kind = { ...kindOf("one", {}), tags: () => Promise.reject(named("AccessDeniedException")) };
    const aws = { kinds: [kind], tagged: tagged([]) };
    await expect(findLeftovers(aws, synthesized("one", `${OWN}-a`))).rejects.toThrow("AccessDeniedException");
  });

  it("are removed as far as AWS allows, and refusals are reported", async () => {
    const things = { [`${OWN}-b`]: { [TAG]: STARTED } };
    const kinds = [kindOf("one", {}, named("AccessDenied")), kindOf("two", things)];
    const found = ["one", "two"].map((type) => ({ type, name: `${OWN}-b`, startedAt: STARTED }));
    const refusals = await removeLeftovers({ kinds, tagged: tagged([]) }, found);
    expect(refusals.map(({ message }) => message)).toEqual(["AccessDenied"]);
    expect(things).toEqual({});
  });

  it("may have been removed already", async () => {
    const kinds = [kindOf("one", {}, named("NoSuchEntityException"))];
    expect(
      await removeLeftovers({ kinds, tagged: tagged([]) }, [{ type: "one", name: OWN, startedAt: STARTED }]),
    ).toEqual([]);
  });
});

/** AWS deletes them with their parent. */
const PARTS = [
  "aws_iam_role_policy",
  "aws_lambda_function_event_invoke_config",
  "aws_scheduler_schedule",
  "aws_sns_topic_subscription",
];

it("everything that the proof deploys has a fixed name, and a kind that can be removed by it", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "proof-"));
  try {
    const place = { account: "123456789012", region: "eu-west-3" };
    const alarmEmails = ["equipe@exemple.fr"];
    await synthesizeProof({ ...place, output: path.join(folder, "out"), startedAt: STARTED, alarmEmails });
    const json = readFileSync(path.join(folder, "out", "stacks", APPLICATION, "cdk.tf.json"), "utf8");
    const { resource, provider } = JSON.parse(json) as { resource: Resources; provider: { aws: unknown[] } };
    const { kinds } = proofInAws(place.account, place.region);
    const known = kinds.map(({ type }) => type);
    expect(Object.keys(resource).sort()).toEqual([...known, ...PARTS].sort());
    for (const name of known.flatMap((type) => namesOf(resource, type))) {
      expect(name).toMatch(/^(?:\/aws\/lambda\/|\/)?piste([-/])qualif\1cdktf-piste-proof(?:\1|$)/);
    }
    for (const one of Object.values(resource["aws_secretsmanager_secret"] ?? {})) {
      expect(one["recovery_window_in_days"]).toBe(0);
    }
    expect(provider.aws).toMatchObject([
      { allowed_account_ids: [place.account], default_tags: [{ tags: { [TAG]: STARTED } }] },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it.each([
  ["secretsmanager:eu-west-3:123456789012:secret:piste/qualif/a/client-AbC1d2", "piste/qualif/a/client"],
  ["ssm:eu-west-3:123456789012:parameter/piste/qualif/a", "/piste/qualif/a"],
  ["iam::123456789012:role/path/piste-qualif-a", "piste-qualif-a"],
  ["logs:eu-west-3:123456789012:log-group:/aws/lambda/piste-qualif-a:*", "/aws/lambda/piste-qualif-a"],
  ["cloudwatch:eu-west-3:123456789012:alarm:piste-qualif-a", "piste-qualif-a"],
  ["sns:eu-west-3:123456789012:piste-qualif-a", "piste-qualif-a"],
  ["scheduler:eu-west-3:123456789012:schedule-group/piste-qualif-a", "piste-qualif-a"],
])("%s is recognized by its name", async (rest, name) => {
  const arns = [`arn:aws:${rest}`, `arn:aws:${rest}-silent`, `arn:aws:${rest}`.replace("piste", "our-piste")];
  const aws = { kinds: [kindOf("one", {})], tagged: tagged(arns) };
  const { strange } = await findLeftovers(aws, synthesized("one", name));
  expect(strange).toEqual(arns.slice(1));
});
