/**
 * The same resources as ours with aws-cdk-lib, as one would write them for it: its L2 constructs, its defaults. The
 * texts are shorter and nothing is checked that aws-cdk-lib does not check. CloudFormation takes 500 resources in a stack,
 * and more than 10 MB are not even validated, so that many applications are in several.
 */
const { createRequire } = require("node:module");
const { env } = require("node:process");

/** Where bench/synth-bench.ts has installed it. */
const load = createRequire(env.BENCH_CDK);
const { App, CfnOutput, Duration, RemovalPolicy, Stack } = load("aws-cdk-lib");
const cloudwatch = load("aws-cdk-lib/aws-cloudwatch");
const { SnsAction } = load("aws-cdk-lib/aws-cloudwatch-actions");
const iam = load("aws-cdk-lib/aws-iam");
const lambda = load("aws-cdk-lib/aws-lambda");
const logs = load("aws-cdk-lib/aws-logs");
const scheduler = load("aws-cdk-lib/aws-scheduler");
const { LambdaInvoke } = load("aws-cdk-lib/aws-scheduler-targets");
const secretsmanager = load("aws-cdk-lib/aws-secretsmanager");
const sns = load("aws-cdk-lib/aws-sns");
const { EmailSubscription } = load("aws-cdk-lib/aws-sns-subscriptions");
const ssm = load("aws-cdk-lib/aws-ssm");
const { Construct } = load("constructs");

const ENVIRONMENT = "prod";
const FEW_APPLICATIONS = 10;
const ALARMS_OF_WIDGET = 100;
const MOST_ALARM_WIDGETS = 6;
const LOG_GROUPS_OF_QUERY = 50;
/** Of 26 resources each, and the few that all share. */
const APPLICATIONS_OF_STACK = 18;

const { LESS_THAN_THRESHOLD, GREATER_THAN_OR_EQUAL_TO_THRESHOLD } = cloudwatch.ComparisonOperator;
const { IGNORE, NOT_BREACHING } = cloudwatch.TreatMissingData;

function secret(scope, id, { name, description, removalPolicy = RemovalPolicy.RETAIN, readers }) {
  const made = new secretsmanager.Secret(scope, id, { secretName: name, description, removalPolicy });
  const deny = (sid, action, conditions) =>
    made.addToResourcePolicy(
      new iam.PolicyStatement({
        sid,
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: [action],
        resources: ["*"],
        conditions,
      }),
    );
  deny("RefuseWithoutTls", "secretsmanager:*", { Bool: { "aws:SecureTransport": "false" } });
  if (readers !== undefined) {
    deny("RefuseOtherReaders", "secretsmanager:GetSecretValue", { ArnNotLike: { "aws:PrincipalArn": readers } });
  }
  return made;
}

function refresher(scope, name, { client, token, account, description, accounts }) {
  const functionName = `piste-${ENVIRONMENT}-${name}-token-refresh`;
  const logGroup = new logs.LogGroup(scope, "LogGroup", {
    logGroupName: `/aws/lambda/${functionName}`,
    retention: logs.RetentionDays.THREE_MONTHS,
  });
  const role = new iam.Role(scope, "Role", {
    roleName: functionName,
    description: `Token refresher of ${name} (${ENVIRONMENT})`,
    assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
  });
  logGroup.grantWrite(role);
  client.grantRead(role);
  token.grantRead(role);
  token.grantWrite(role);
  description.grantRead(role);
  accounts.grantRead(role);
  role.addToPolicy(
    new iam.PolicyStatement({ actions: ["secretsmanager:DescribeSecret"], resources: [account.secretArn] }),
  );
  const made = new lambda.Function(scope, "Function", {
    functionName,
    description: `Keeps the PISTE access token of ${name} (${ENVIRONMENT}) valid`,
    role,
    logGroup,
    code: lambda.Code.fromAsset(env.BENCH_ZIP),
    handler: "index.handler",
    runtime: lambda.Runtime.NODEJS_22_X,
    architecture: lambda.Architecture.ARM_64,
    memorySize: 256,
    timeout: Duration.seconds(30),
    environment: {
      PISTE_OUTAGE_TOLERANCE_IN_MINUTES: "30",
      PISTE_RESERVE_IN_MINUTES: "5",
      PISTE_SCOPE: "openid",
      PISTE_TOKEN_ENDPOINT: "https://oauth.piste.gouv.fr/api/oauth/token",
    },
    retryAttempts: 0,
    maxEventAge: Duration.seconds(60),
  });
  const group = new scheduler.ScheduleGroup(scope, "ScheduleGroup", {
    scheduleGroupName: `piste-${ENVIRONMENT}-${name}`,
  });
  const schedulesRole = new iam.Role(scope, "ScheduleRole", {
    roleName: `piste-${ENVIRONMENT}-${name}-schedule`,
    description: `Lets EventBridge Scheduler invoke ${functionName}`,
    assumedBy: new iam.ServicePrincipal("scheduler.amazonaws.com"),
  });
  const schedule = (id, operation, expression) =>
    new scheduler.Schedule(scope, id, {
      scheduleName: `piste-${ENVIRONMENT}-${name}-${operation}`,
      description: `${operation} of ${functionName}`,
      scheduleGroup: group,
      schedule: scheduler.ScheduleExpression.expression(expression),
      target: new LambdaInvoke(made, {
        role: schedulesRole,
        retryAttempts: 0,
        maxEventAge: Duration.seconds(60),
        input: scheduler.ScheduleTargetInput.fromObject({ environment: ENVIRONMENT, application: name, operation }),
      }),
    });
  schedule("Tick", "tick", "cron(* * * * ? *)");
  schedule("Passwords", "passwords", "cron(50 * * * ? *)");
  return { functionName, logGroupName: `/aws/lambda/${functionName}` };
}

const metric = (metricName, name, period, statistic) =>
  new cloudwatch.Metric({
    namespace: "Piste",
    metricName,
    dimensionsMap: { Application: name, Environment: ENVIRONMENT },
    period,
    statistic,
  });

function alarms(scope, name, functionName, { page, inform }) {
  const ofFunction = (metricName, period) =>
    new cloudwatch.Metric({
      namespace: "AWS/Lambda",
      metricName,
      dimensionsMap: { FunctionName: functionName },
      period,
      statistic: "Sum",
    });
  const math = (expression, label, usingMetrics, period) =>
    new cloudwatch.MathExpression({ expression, label, usingMetrics, period });
  const alarmNames = [];
  const alarm = (id, topic, props) => {
    const alarmName = `piste-${ENVIRONMENT}-${name}-${id}`;
    const one = new cloudwatch.Alarm(scope, id, {
      alarmName,
      alarmDescription: `${id} of ${name} (${ENVIRONMENT}). First: aws logs tail /aws/lambda/${functionName} --since 1h. Runbook: docs/runbooks/${id}.md.`,
      evaluationPeriods: 1,
      ...props,
    });
    one.addAlarmAction(new SnsAction(topic));
    one.addOkAction(new SnsAction(topic));
    alarmNames.push(alarmName);
  };
  const [minute, hour, window] = [Duration.minutes(1), Duration.hours(1), Duration.minutes(16)];
  alarm("token-lapsing", page, {
    metric: metric("SecondsToExpiry", name, minute, "Maximum"),
    comparisonOperator: LESS_THAN_THRESHOLD,
    threshold: 440,
    treatMissingData: NOT_BREACHING,
  });
  const runs = math(
    "SUM([ticks, errors])",
    "Runs",
    { ticks: metric("Ticks", name, minute, "Sum"), errors: ofFunction("Errors", minute) },
    minute,
  );
  alarm("refresher-silent", page, {
    metric: math("IF(FILL(runs, REPEAT), FILL(runs, 0))", "Runs since the first", { runs }, minute),
    comparisonOperator: LESS_THAN_THRESHOLD,
    evaluationPeriods: 10,
    datapointsToAlarm: 5,
    threshold: 1,
    treatMissingData: IGNORE,
  });
  const certain = math("rejected * 3", "Certain", { rejected: metric("Rejected", name, window, "Sum") }, window);
  alarm("credentials-rejected", page, {
    metric: math(
      "FILL(SUM([certain, suspect]), 0)",
      "Refusals",
      { certain, suspect: metric("Suspect", name, window, "Sum") },
      window,
    ),
    comparisonOperator: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    threshold: 3,
    treatMissingData: NOT_BREACHING,
  });
  alarm("refresher-failing", page, {
    metric: math(
      "FILL(SUM([errors, throttles]), 0)",
      "Failures",
      { errors: ofFunction("Errors", window), throttles: ofFunction("Throttles", window) },
      window,
    ),
    comparisonOperator: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    threshold: 3,
    treatMissingData: NOT_BREACHING,
  });
  const sixMinutes = Duration.minutes(6);
  alarm("piste-degraded", inform, {
    metric: math(
      "FILL(SUM([unavailable, throttled, invalid]), 0)",
      "Failures",
      {
        unavailable: metric("Unavailable", name, sixMinutes, "Sum"),
        throttled: metric("Throttled", name, sixMinutes, "Sum"),
        invalid: metric("InvalidResponse", name, sixMinutes, "Sum"),
      },
      sixMinutes,
    ),
    comparisonOperator: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 3,
    threshold: 1,
    treatMissingData: NOT_BREACHING,
  });
  for (const days of [30, 15, 7]) {
    alarm(`password-expiring-${days}`, inform, {
      metric: metric("PasswordDaysLeft", name, hour, "Minimum"),
      comparisonOperator: LESS_THAN_THRESHOLD,
      threshold: days,
      treatMissingData: IGNORE,
    });
  }
  return alarmNames;
}

class Application extends Construct {
  constructor(scope, name, topics) {
    super(scope, name);
    const prefix = `piste/${ENVIRONMENT}/${name}`;
    const functionName = `piste-${ENVIRONMENT}-${name}-token-refresh`;
    const readers = [
      Stack.of(this).formatArn({ service: "iam", region: "", resource: "role", resourceName: functionName }),
    ];
    const client = secret(this, "Client", {
      name: `${prefix}/client`,
      description: `OAuth2 client credentials of the PISTE application ${name} (${ENVIRONMENT})`,
      readers,
    });
    const token = secret(this, "Token", {
      name: `${prefix}/token`,
      description: `PISTE access token of ${name} (${ENVIRONMENT}), kept valid by the token refresher`,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const account = secret(this, "Account", {
      name: `${prefix}/technical-account/default`,
      description: `Chorus Pro technical account default of the PISTE application ${name} (${ENVIRONMENT})`,
    });
    const parameter = (id, parameterName, value) =>
      new ssm.StringParameter(this, id, {
        parameterName,
        description: `What is deployed for the PISTE application ${name} (${ENVIRONMENT}); nothing secret`,
        stringValue: JSON.stringify(value),
      });
    const description = parameter("Description", `/${prefix}`, {
      environment: ENVIRONMENT,
      application: name,
      scope: "openid",
      clientSecret: `${prefix}/client`,
      tokenSecret: `${prefix}/token`,
      function: functionName,
    });
    const accounts = parameter("Accounts", `/${prefix}/accounts/1`, [
      { name: "default", structure: { identifier: "73282932000074", identifierType: "SIRET" } },
    ]);
    this.refresher = refresher(this, name, { client, token, account, description, accounts });
    this.alarmNames = alarms(this, name, functionName, topics);
  }
}

const chunks = (values, size) =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size));

function dashboard(stack, names, applications) {
  const areFew = names.length <= FEW_APPLICATIONS;
  const minutes = Duration.minutes(5);
  const search = (metricName, statistic) =>
    new cloudwatch.MathExpression({
      expression: `SORT(SEARCH('{Piste,Application,Environment} MetricName="${metricName}"', '${statistic}'), ${statistic === "Minimum" ? "MIN, ASC" : "MAX, DESC"}, 50)`,
      usingMetrics: {},
      period: minutes,
    });
  const graph = (title, metricName, statistic) =>
    new cloudwatch.GraphWidget({
      title,
      width: 12,
      height: 6,
      left: areFew
        ? names.map((name) => metric(metricName, name, minutes, statistic))
        : [search(metricName, statistic)],
    });
  const states = chunks(
    applications.flatMap(({ alarmNames }) => alarmNames),
    ALARMS_OF_WIDGET,
  );
  const logGroups = chunks(
    applications.map((application) => application.refresher.logGroupName),
    LOG_GROUPS_OF_QUERY,
  );
  new cloudwatch.Dashboard(stack, "Dashboard", {
    dashboardName: `piste-${ENVIRONMENT}`,
    widgets: [
      states.length > MOST_ALARM_WIDGETS
        ? [new cloudwatch.TextWidget({ markdown: "Alarms are too many to show here.", width: 24, height: 2 })]
        : states.map((part) => {
            const alarms = part.map((name) => cloudwatch.Alarm.fromAlarmName(stack, `Shown ${name}`, name));
            return new cloudwatch.AlarmStatusWidget({ alarms, width: 8 });
          }),
      [graph("Seconds left on the token", "SecondsToExpiry", "Minimum"), graph("Refreshes", "Refreshes", "Sum")],
      [graph("Rejected", "Rejected", "Sum"), graph("Latency", "RefreshMilliseconds", "Maximum")],
      [graph("Unavailable", "Unavailable", "Sum"), graph("Days left on passwords", "PasswordDaysLeft", "Minimum")],
      ...logGroups.map((logGroupNames) => [
        new cloudwatch.LogQueryWidget({
          title: "Latest failures",
          logGroupNames,
          width: 24,
          queryLines: [
            "fields @timestamp, Application, class, reason, meaning",
            'filter outcome in ["failed", "error"]',
            "sort @timestamp desc",
            "limit 50",
          ],
        }),
      ]),
    ],
  });
}

exports.synthesize = (size, outdir) => {
  const app = new App({
    outdir,
    analyticsReporting: false,
    ...(env.BENCH_VALIDATION === "off" && { builtinCloudFormationValidation: false }),
  });
  const names = Array.from({ length: size }, (_, index) => `application-${index}`);
  const parts = chunks(names, APPLICATIONS_OF_STACK);
  const stacks = parts.map((_, index) => {
    const id = index === 0 ? ENVIRONMENT : `${ENVIRONMENT}-${index + 1}`;
    return new Stack(app, id, { env: { account: "123456789012", region: "eu-west-3" } });
  });
  const [first] = stacks;
  const topic = (urgency) => {
    const made = new sns.Topic(first, urgency, { topicName: `piste-${ENVIRONMENT}-${urgency}` });
    made.addSubscription(new EmailSubscription("equipe-facturation@exemple.fr"));
    return made;
  };
  const topics = { page: topic("page"), inform: topic("inform") };
  new CfnOutput(first, "AlarmTopics", {
    value: first.toJsonString({ page: topics.page.topicArn, inform: topics.inform.topicArn }),
  });
  const applications = parts.flatMap((part, index) => {
    const stack = stacks[index];
    const made = part.map((name) => new Application(stack, name, topics));
    const outputs = Object.fromEntries(made.map(({ refresher: of }, place) => [part[place], of]));
    new CfnOutput(stack, "Applications", { value: stack.toJsonString(outputs) });
    return made;
  });
  dashboard(first, names, applications);
  app.synth();
};
