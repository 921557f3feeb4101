/** An Aspect gives an application another provider: in another region or account than the stack's default one. */
import { describe, expect, it } from "@jest/globals";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Aspects, TerraformDataSource, TerraformResource, type TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { PisteApplication, PisteDashboard, type PisteApplicationProps } from "../../constructs";
import { synthesize, type SynthesizedStack } from "./synthesize";

const of = (name: string): PisteApplicationProps => ({
  environment: "qualif",
  name,
  connectionCheck: true,
  technicalAccounts: [{ name: "default", structure: { identifier: "12345678901234", identifierType: "SIRET" } }],
});
type Kind = typeof TerraformResource | typeof TerraformDataSource;

function build(kinds: readonly Kind[]): SynthesizedStack {
  return synthesize((stack: TerraformStack) => {
    const ireland = new AwsProvider(stack, "ireland", { alias: "ireland", region: "eu-west-1" });
    new PisteApplication(stack, "paris", of("paris"));
    const application = new PisteApplication(stack, "dublin", of("dublin"));
    const dashboard = new PisteDashboard(stack, "board", { applications: [application] });
    for (const each of [application, dashboard]) {
      Aspects.of(each).add({
        visit: (node: IConstruct) => {
          if (kinds.some((kind) => node instanceof kind)) Object.assign(node, { provider: ireland });
        },
      });
    }
  });
}

/** The providers of the data sources in a text. */
function providersOf(stack: SynthesizedStack, text: string): Set<unknown> {
  const references = [...text.matchAll(/data\.(\w+)\.(\w+)\./g)];
  return new Set(references.map(([, type = "", id = ""]) => stack.json.data?.[type]?.[id]?.["provider"]));
}

describe.each([
  ["resources and data", [TerraformResource, TerraformDataSource]],
  ["resources only", [TerraformResource]],
] as const)("an Aspect on %s", (_, kinds) => {
  const stack = build(kinds);
  it.each([
    ["dublin", "aws.ireland"],
    ["paris", undefined],
  ])("gives %s rights in the region and account of its provider", (name, provider) => {
    for (const each of ["token-refresh", "connection-check"]) {
      const policy = stack.only("aws_iam_role_policy", { name: `piste-qualif-${name}-${each}` });
      expect([...providersOf(stack, String(policy["policy"]))]).toEqual([provider]);
    }
  });

  it("gives the dashboard its region", () => {
    const { dashboard_body: body } = stack.only("aws_cloudwatch_dashboard");
    expect([...providersOf(stack, String(body))]).toEqual(["aws.ireland"]);
  });
});
