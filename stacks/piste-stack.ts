import { existsSync } from "node:fs";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Annotations, Aspects, LocalBackend, S3Backend, TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import {
  AlarmKey,
  NoSecretValues,
  PisteApplication,
  PisteDashboard,
  type AlarmTopics,
  type Environment,
  type LandingZone,
} from "../constructs";
import { alarmTopics } from "../constructs/internal/alarm-topics";
import { accessAlarmOf } from "../constructs/internal/application-properties";
import { DEPLOYERS_KEY_TAG, environmentResourceName, isProduction, stateKey } from "../constructs/internal/checks";
import { nextCommands } from "./next-commands";
import { checkBroughtIn } from "./brought-in";
import { warnOfQuotas } from "./quotas";
import { within } from "./synthesize";
import {
  checkConfiguration,
  DEFAULT_REGION,
  exampleValues,
  localStateFile,
  localStatePath,
  type EnvironmentConfiguration,
  type StackApplication,
  type StateConfiguration,
  withPlainAccount,
} from "./configuration";
import { checkAgainstAwsRules } from "../constructs/internal/refusals/refused-by-aws";

/** An environment: its provider, its state, one `PisteApplication` for each configured application, its outputs. */
export class PisteStack extends TerraformStack {
  /** By name, in the configuration's order. */
  readonly applications = new Map<string, PisteApplication>();

  /** @throws Error when the configuration breaks a rule, naming the property, the rule and the value. */
  constructor(
    scope: Construct,
    private readonly environment: Environment,
    given: EnvironmentConfiguration,
  ) {
    super(scope, environment);
    const configuration = withPlainAccount(given);
    Aspects.of(this).add(new NoSecretValues());
    checkAgainstAwsRules(this);
    checkConfiguration(configuration);
    const region = configuration.region ?? DEFAULT_REGION;
    checkBroughtIn(environment, configuration);

    keepState(this, environment, configuration.state, region);
    // Ids with capitals, which names of applications cannot have.
    new AwsProvider(this, "Aws", {
      region,
      allowedAccountIds: configuration.account === undefined ? undefined : [configuration.account],
      defaultTags: [{ tags: tagsOf(environment, configuration.landingZone?.tags) }],
    });
    const topics = makeTopics(new Construct(this, "Alarms"), environment, configuration);
    for (const [index, application] of configuration.applications.entries()) {
      within(`applications[${index}]`, () => {
        const made = this.makeApplication(application, configuration, topics);
        this.applications.set(application.name, made);
      });
    }

    if (configuration.dashboard ?? true) {
      const applications = [...this.applications.values()];
      new PisteDashboard(this, "Dashboard", { applications, landingZone: configuration.landingZone });
    }

    new TerraformOutput(this, "alarm_topics", {
      value: { page: topics.pageTopicArns, inform: topics.informTopicArns },
    });
    // The id differs from the output's name, which may be the name of an application.
    new TerraformOutput(this, "Applications", {
      description: "The resources of each application",
      value: Object.fromEntries([...this.applications].map(([name, application]) => [name, outputsOf(application)])),
    }).overrideLogicalId("applications");
    new TerraformOutput(this, "Next", {
      description: "Commands to type next, in this order",
      value: nextCommands(environment, configuration),
    }).overrideLogicalId("next");
    const alarms = [...this.applications.values()].flatMap(({ alarmNames }) => alarmNames);
    // Every alarm starts in INSUFFICIENT_DATA, and its change to OK runs its OK actions: "Using Amazon CloudWatch
    // alarms".
    new TerraformOutput(this, "FirstMessages", {
      description: "Messages that recipients of alarms get after the first deployment",
      value: `Each new alarm sends one OK: at most ${alarms.length} messages. No action is needed.`,
    }).overrideLogicalId("first_messages");
    warn(this, environment, configuration);
    warnOfQuotas(this);
  }

  private makeApplication(
    { clientCredentialsOf, ...application }: StackApplication,
    configuration: EnvironmentConfiguration,
    topics: AlarmTopics,
  ): PisteApplication {
    const lender = clientCredentialsOf === undefined ? undefined : this.applications.get(clientCredentialsOf);
    if (clientCredentialsOf !== undefined && lender === undefined) {
      const above = [...this.applications.keys()].join(", ") || "none";
      throw new Error(`clientCredentialsOf must name an application above it (${above}), got "${clientCredentialsOf}"`);
    }
    // The provider sets its tags on all resources.
    const landingZone = { ...configuration.landingZone, tags: undefined, ...application.landingZone };
    return new PisteApplication(this, application.name, {
      ...application,
      environment: this.environment,
      outageToleranceInMinutes: application.outageToleranceInMinutes ?? configuration.outageToleranceInMinutes,
      protection: { ...configuration.protection, ...application.protection },
      accessAlarm: configuration.accessAlarm,
      clientCredentials: lender?.clientCredentials,
      landingZone: { ...topics, ...landingZone },
    });
  }
}

/** A company's tags replace ours in any case: IAM refuses keys that differ only in case. */
function tagsOf(environment: Environment, companyTags: LandingZone["tags"] = {}): Record<string, string> {
  const taken = new Set(Object.keys(companyTags).map((key) => key.toLowerCase()));
  const ours = Object.entries({ application: "cdktf-piste", environment }).filter(([key]) => !taken.has(key));
  return { ...Object.fromEntries(ours), ...companyTags };
}

function makeTopics(
  scope: Construct,
  environment: Environment,
  { alarmEmails, landingZone, encryptAlarms = false, accessAlarm }: EnvironmentConfiguration,
): AlarmTopics {
  const { namePrefix, pageTopicArns, informTopicArns, encryptionKeyArn } = landingZone ?? {};
  const prefix = environmentResourceName(environment, namePrefix);
  const isAccessWatched = accessAlarmOf(accessAlarm) !== undefined;
  const needsPage = isProduction(environment);
  if (encryptAlarms && informTopicArns !== undefined && (!needsPage || pageTopicArns !== undefined)) {
    throw new Error("encryptAlarms must not be set if landingZone sets every topic; encrypt these topics");
  }
  if (encryptAlarms && encryptionKeyArn !== undefined) {
    throw new Error("encryptAlarms must not be set beside landingZone.encryptionKeyArn, which encrypts topics, too");
  }
  const key = encryptAlarms
    ? new AlarmKey(scope, "key", {
        aliasName: `${prefix}-alarms`,
        allowEventBridge: isAccessWatched,
        tags: { [DEPLOYERS_KEY_TAG]: environment },
      })
    : undefined;
  return alarmTopics(scope, environment, prefix, {
    alarmEmails,
    encryptionKeyArn: key?.keyArn,
    allowEventBridge: isAccessWatched,
    landingZone: { ...landingZone, tags: undefined },
  });
}

function keepState(
  stack: TerraformStack,
  environment: Environment,
  state: StateConfiguration | undefined,
  region: string,
): void {
  if (state === undefined) {
    new LocalBackend(stack, { path: localStatePath(environment) });
    return;
  }
  new S3Backend(stack, {
    bucket: state.bucket,
    key: stateKey(environment),
    region: state.region ?? region,
    encrypt: true,
  });
  // Not in cdktf's types: Terraform 1.10 and newer lock with a file beside the state, without a DynamoDB table.
  stack.addOverride("terraform.backend.s3.use_lockfile", true);
}

function outputsOf(application: PisteApplication): Record<string, unknown> {
  return {
    client_secret: application.clientCredentials.secretName,
    technical_account_secrets: Object.fromEntries(
      Object.entries(application.technicalAccounts).map(([account, { secretName }]) => [account, secretName]),
    ),
    token_secret: application.accessToken.secretName,
    token_secret_arn: application.accessToken.secretArn,
    refresh_function: application.refresher.functionName,
    description_parameter: application.descriptionParameterName,
    alarms: application.alarmNames,
  };
}

/** SNS suspends an address that would get more e-mails per second: "Amazon SNS quotas". */
const MOST_EMAILS_PER_SECOND = 10;

function warn(stack: PisteStack, environment: Environment, configuration: EnvironmentConfiguration): void {
  const annotations = Annotations.of(stack);
  const file = `stacks/${environment}.ts`;
  const { length: applications } = configuration.applications;
  if (configuration.alarmEmails !== undefined && applications > MOST_EMAILS_PER_SECOND) {
    annotations.addWarning(
      `${file} has ${applications} applications and \`alarmEmails\`: an outage of PISTE raises an alarm for each of them, and ` +
        `SNS suspends an address that gets more than ${MOST_EMAILS_PER_SECOND} e-mails per second. Use existing topics ` +
        "(`landingZone.pageTopicArns`, `landingZone.informTopicArns`) with a pager, chat or queue. See docs/constructs.md#aws-quotas",
    );
  }
  for (const example of exampleValues(configuration)) {
    annotations.addWarning(`${file} still has the example's ${example}: replace it with yours`);
  }
  // Terraform would not know this state, and would create the stack again.
  if (configuration.state !== undefined && existsSync(localStateFile(environment))) {
    annotations.addWarning(
      `${localStateFile(environment)} exists, but ${file} keeps the state in S3: move it as docs/state.md says`,
    );
  }
  if (!isProduction(environment)) return;
  const { alarmEmails = [], landingZone: { pageTopicArns, informTopicArns } = {} } = configuration;
  if (alarmEmails.length === 0 && (pageTopicArns === undefined || informTopicArns === undefined)) {
    annotations.addWarning(
      `${file} sets no \`alarmEmails\`: nobody receives the alarms of the topics that this stack creates`,
    );
  }
  if (configuration.account === undefined) {
    annotations.addWarning(`${file} sets no \`account\`: prod deploys to the account of the current credentials`);
  }
  if (configuration.state === undefined) {
    annotations.addWarning(`${file} sets no \`state\`: the state of prod is a file on this machine`);
  }
}
