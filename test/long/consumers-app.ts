/**
 * An application in one stack, and consumers in another, which refers to it by name. Uses an existing topic and key, and
 * existing roles from a data source, by name and by ARN.
 */
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { DataAwsIamRole } from "@cdktf/provider-aws/lib/data-aws-iam-role";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import { PisteApplication } from "../../constructs";

const { EXISTING_KEY_ARN: encryptionKeyArn, EXISTING_TOPIC_ARN: informTopicArn } = process.env;
const environment = "qualif";
const region = "eu-west-3";

class Maker extends TerraformStack {
  constructor(app: App) {
    super(app, "maker");
    new AwsProvider(this, "aws", { region });
    new PisteApplication(this, "application", {
      environment,
      name: "chorus-pro",
      technicalAccounts: [{ name: "default", structure: { identifier: "12345678901234", identifierType: "SIRET" } }],
      landingZone: { informTopicArns: informTopicArn === undefined ? undefined : [informTopicArn], encryptionKeyArn },
    });
  }
}

class Consumers extends TerraformStack {
  constructor(app: App) {
    super(app, "consumers");
    new AwsProvider(this, "aws", { region });
    const piste = PisteApplication.fromApplicationName(this, "piste", { environment, encryptionKeyArn });
    const trust = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
    const roles = [
      new IamRole(this, "made", {
        name: "made",
        assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
      }),
      new DataAwsIamRole(this, "found", { name: "found" }),
      { roleName: "by-name" },
      { roleArn: "arn:aws:iam::123456789012:role/teams/by-arn" },
    ];
    for (const role of roles) {
      piste.accessToken.grantRead(role);
      piste.account("default").grantRead(role);
    }
    const { metricName, namespace, dimensions, statistic } = piste.metric("secondsToExpiry");
    new CloudwatchMetricAlarm(this, "own-alarm", {
      alarmName: "own-alarm",
      ...{ metricName, namespace, dimensions, statistic },
      comparisonOperator: "LessThanThreshold",
      threshold: 60,
      period: 60,
      evaluationPeriods: 1,
    });
    new TerraformOutput(this, "variables", { value: piste.environmentVariables });
  }
}

const app = new App();
new Maker(app);
new Consumers(app);
app.synth();
