import { readFileSync } from "node:fs";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { Fn } from "cdktf";
import { PisteApplication } from "cdktf-piste";
import type { Construct } from "constructs";
import { AccountStack } from "./account-stack";
import { CONSUMER, CONSUMER_ROLE_ARN, REGIONS } from "./accounts";
import { zipped } from "./zipped";

/** The publisher's outputs, from `cdktf deploy --outputs-file`. Nothing secret: keep it with your code. */
export const PUBLISHED = "published.json";

interface Published {
  readonly "publisher-paris": {
    readonly token_secret_arn: string;
    readonly lyon_secret_arn: string;
    readonly encryption_key_arn: string;
  };
}

/** A program of another account, which reads the token and one technical account. */
export class Consumer extends AccountStack {
  constructor(scope: Construct) {
    super(scope, "consumer", CONSUMER, REGIONS.paris.region);
    const { "publisher-paris": paris } = JSON.parse(readFileSync(PUBLISHED, "utf8")) as Published;
    const piste = PisteApplication.fromApplicationName(this, "piste", {
      environment: "prod",
      name: "chorus-pro",
      tokenSecretArn: paris.token_secret_arn,
      technicalAccountSecretArns: { lyon: paris.lyon_secret_arn },
      encryptionKeyArn: paris.encryption_key_arn,
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
