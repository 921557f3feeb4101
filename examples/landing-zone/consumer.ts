import { readFileSync } from "node:fs";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { Fn } from "cdktf";
import { PisteApplication } from "cdktf-piste";
import type { Construct } from "constructs";
import { AccountStack } from "./account-stack";
import { CONSUMER, CONSUMER_ROLE_ARN, REGIONS } from "./accounts";
import { zipped } from "./zipped";

/** What `cdktf deploy --outputs-file` writes of the publisher's stacks. Nothing secret: keep it with your code. */
export const PUBLISHED = "published.json";

/** A program of another account, which reads the token and one technical account. */
export class Consumer extends AccountStack {
  constructor(scope: Construct) {
    super(scope, "consumer", CONSUMER, REGIONS.paris.region);
    const published = JSON.parse(readFileSync(PUBLISHED, "utf8")) as Record<string, Record<string, string>>;
    const { token_secret_arn, lyon_secret_arn, encryption_key_arn } = published["publisher-paris"] ?? {};
    const piste = PisteApplication.fromApplicationName(this, "piste", {
      environment: "prod",
      name: "chorus-pro",
      technicalAccount: "lyon",
      tokenSecretArn: token_secret_arn,
      technicalAccountSecretArns: { lyon: lyon_secret_arn ?? "" },
      encryptionKeyArn: encryption_key_arn,
    });
    const role = { roleArn: CONSUMER_ROLE_ARN };
    const rights = [piste.accessToken.grantRead(role), piste.account("lyon").grantRead(role)];

    const code = zipped(this, "code", "build/function.zip", { "index.js": readFileSync("build/index.js") });
    new LambdaFunction(this, "lookup", {
      functionName: "acme-lookup",
      role: CONSUMER_ROLE_ARN,
      filename: code.path,
      sourceCodeHash: Fn.filebase64sha256(code.path),
      handler: "index.handler",
      runtime: "nodejs22.x",
      architectures: ["arm64"],
      timeout: 60,
      environment: { variables: piste.environmentVariables },
      dependsOn: rights,
    });
  }
}
