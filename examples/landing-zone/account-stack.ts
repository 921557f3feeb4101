import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Aspects, LocalBackend, TerraformStack } from "cdktf";
import { NoSecretValues } from "cdktf-piste";
import type { Construct } from "constructs";

/** A stack of one account and region. */
export class AccountStack extends TerraformStack {
  constructor(
    scope: Construct,
    id: string,
    readonly account: string,
    readonly region: string,
  ) {
    super(scope, id);
    // Use an S3Backend in the account instead.
    new LocalBackend(this, { path: `../../../terraform.${id}.tfstate` });
    new AwsProvider(this, "aws", {
      region,
      // Lets grants recognize roles of other accounts.
      allowedAccountIds: [account],
      assumeRole: [{ roleArn: `arn:aws:iam::${account}:role/deployer` }],
      defaultTags: [{ tags: { CostCenter: "F42" } }],
    });
    Aspects.of(this).add(new NoSecretValues());
  }
}
