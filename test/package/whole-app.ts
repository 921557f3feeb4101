/**
 * An app with every export for stacks, to compare the frameworks. Tests run it in a project with the installed package,
 * importing the package instead of these sources.
 */
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, Aspects, LocalBackend, TerraformOutput, TerraformStack } from "cdktf";
import {
  AccessTokenSecret,
  ApplicationDescription,
  AlarmKey,
  AlarmTopic,
  ClientCredentialsSecret,
  ConnectionCheck,
  CredentialsAccessAlarm,
  functionMetric,
  NoSecretValues,
  PisteApplication,
  PisteDashboard,
  pisteMetric,
  TechnicalAccountSecret,
  TOKEN_ALARMS,
  TokenMonitoring,
  TokenRefresher,
  type Environment,
} from "../../constructs";

const OTHER_ACCOUNT = "arn:aws:iam::210987654321:role/reader";
const KEY = "arn:aws:kms:eu-west-3:123456789012:key/11111111-1111-1111-1111-111111111111";

class WholeStack extends TerraformStack {
  constructor(scope: App, environment: Environment) {
    super(scope, environment);
    new LocalBackend(this, { path: "terraform.tfstate" });
    new AwsProvider(this, "aws", { region: "eu-west-3", defaultTags: [{ tags: { team: "billing" } }] });
    Aspects.of(this).add(new NoSecretValues());
    const consumer = new IamRole(this, "consumer", { name: `consumer-${environment}`, assumeRolePolicy: "{}" });

    const whole = new PisteApplication(this, "whole", {
      environment,
      name: "chorus-pro",
      technicalAccounts: [{ name: "default", structure: { identifier: "12345678200010", identifierType: "SIRET" } }],
      alarmEmails: ["equipe-facturation@exemple.fr"],
      connectionCheck: true,
      landingZone: {
        encryptionKeyArn: KEY,
        network: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
        tags: { "cost-center": "1" },
      },
      protection: {
        guardRails: true,
        breakGlassPrincipalArns: ["arn:aws:iam::123456789012:role/break-glass"],
        organizationId: "o-0123456789",
        refuseDeletion: true,
      },
      accessAlarm: { deployerRoleArns: ["arn:aws:iam::123456789012:role/deployer"] },
    });
    whole.accessToken.grantRead(consumer);
    whole.accessToken.grantRead({ roleArn: OTHER_ACCOUNT });
    whole.account("default").grantRead(consumer);
    whole.refresher.grantRefresh(consumer);
    whole.connectionCheck?.grantCheck(consumer);
    this.addParts(environment, consumer);
    this.addFleet(environment);
    new PisteDashboard(this, "dashboard", { applications: [whole] });
    new TerraformOutput(this, "metrics", {
      value: [
        pisteMetric("secondsToExpiry", environment, "parts"),
        functionMetric("Errors", whole.refresher.functionName),
        TOKEN_ALARMS,
      ],
    });
  }

  /** Two more applications, and a reader from another stack. */
  private addFleet(environment: Environment): void {
    const reader = { roleArn: "arn:aws:iam::123456789012:role/reader" };
    for (const name of ["lyon", "lille"]) {
      new PisteApplication(this, name, { environment, name }).accessToken.grantRead(reader);
    }
  }

  /** An application composed of its parts, with an existing secret. */
  private addParts(environment: Environment, consumer: IamRole): void {
    const application = "parts";
    const accessToken = new AccessTokenSecret(this, "token", { environment, application });
    const existing = ClientCredentialsSecret.fromSecretName(this, "existing", "finance/piste-client", {
      encryptionKeyArn: KEY,
    });
    existing.grantWrite(consumer);
    const refresher = new TokenRefresher(this, "refresher", {
      environment,
      application,
      clientCredentials: existing,
      accessToken,
      landingZone: { roleArns: { refresher: "arn:aws:iam::123456789012:role/brought-in" } },
    });
    const key = new AlarmKey(this, "key", { aliasName: `alarms-${environment}`, allowEventBridge: true });
    const topic = new AlarmTopic(this, "topic", {
      topicName: `parts-${environment}`,
      encryptionKeyArn: key.keyArn,
      allowEventBridge: true,
    });
    const topics = { landingZone: { pageTopicArns: [topic.topicArn], informTopicArns: [topic.topicArn] } };
    const { alarmNames } = new TokenMonitoring(this, "monitoring", { refresher, ...topics });
    new ApplicationDescription(this, "description", { refresher, alarmNames, apis: ["chorus-pro-factures"] });
    new CredentialsAccessAlarm(this, "access", {
      refresher,
      expectedReaderArns: ["arn:aws:iam::123456789012:role/other-refresher"],
      ...topics,
    });
    new ConnectionCheck(this, "check", { environment, application, accessToken, ...topics });
    new TechnicalAccountSecret(this, "account", { environment, application });
  }
}

const app = new App();
new WholeStack(app, "qualif");
new WholeStack(app, "prod");
app.synth();
