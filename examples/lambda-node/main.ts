/** The application, and a function of yours that reads its token. */
import { readFileSync, writeFileSync } from "node:fs";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, Aspects, AssetType, Fn, TerraformAsset, TerraformStack } from "cdktf";
import { NoSecretValues, PisteApplication } from "cdktf-piste";
import { zipSync } from "fflate";

const app = new App();
const stack = new TerraformStack(app, "lookup");
new AwsProvider(stack, "aws", { region: "eu-west-3" });
// Refuses secret values at synth that Terraform would store.
Aspects.of(stack).add(new NoSecretValues());

const piste = new PisteApplication(stack, "piste", {
  environment: "qualif",
  name: "chorus-pro",
  technicalAccounts: [{ name: "default", structure: { identifier: "12345678901234", identifierType: "SIRET" } }],
});

const role = new IamRole(stack, "role", {
  name: "lookup",
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
  }),
});
new IamRolePolicyAttachment(stack, "logs", {
  role: role.name,
  policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
});
piste.accessToken.grantRead(role);
piste.account("default").grantRead(role);

// cdktf's own archives differ each time, and fail in a folder with a space in its path.
writeFileSync("build/function.zip", zipSync({ "index.js": readFileSync("build/index.js") }, { mtime: "1980-01-01" }));
const code = new TerraformAsset(stack, "code", { path: "build/function.zip", type: AssetType.FILE });
new LambdaFunction(stack, "function", {
  functionName: "lookup",
  role: role.arn,
  filename: code.path,
  sourceCodeHash: Fn.filebase64sha256(code.path),
  handler: "index.handler",
  runtime: "nodejs22.x",
  architectures: ["arm64"],
  memorySize: 256,
  // Longer than one call may take.
  timeout: 60,
  environment: { variables: piste.environmentVariables },
});

app.synth();
