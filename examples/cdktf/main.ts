/** An existing stack with its own resources, and the additions to call Chorus Pro from it. */
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { App, Aspects, LocalBackend, TerraformOutput, TerraformStack } from "cdktf";
import { NoSecretValues, PisteApplication } from "cdktf-piste";
import type { Construct } from "constructs";

class Invoicing extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new LocalBackend(this, { path: "terraform.tfstate" });
    new AwsProvider(this, "aws", { region: "eu-west-3" });

    // Existing resources.
    new S3Bucket(this, "invoices", { bucketPrefix: "invoices-" });
    const onCall = new SnsTopic(this, "on-call", { name: "on-call" });
    const sender = new IamRole(this, "sender", {
      name: "invoice-sender",
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
      }),
    });

    // Added.
    Aspects.of(this).add(new NoSecretValues());
    const piste = new PisteApplication(this, "piste", {
      environment: "qualif",
      name: "chorus-pro",
      technicalAccounts: [{ name: "default", structure: { identifier: "12345678901234", identifierType: "SIRET" } }],
      landingZone: { informTopicArns: [onCall.arn] },
    });
    piste.accessToken.grantRead(sender);
    piste.account("default").grantRead(sender);
    new TerraformOutput(this, "token_secret", { value: piste.accessToken.secretName });
  }
}

const app = new App();
new Invoicing(app, "invoicing");
app.synth();
