/** The application, and the ECS task of a service that reads its token. */
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, Aspects, TerraformStack } from "cdktf";
import { NoSecretValues, PisteApplication } from "cdktf-piste";

/** Your image. */
const IMAGE = "123456789012.dkr.ecr.eu-west-3.amazonaws.com/lookup:1";

const app = new App();
const stack = new TerraformStack(app, "lookup-service");
new AwsProvider(stack, "aws", { region: "eu-west-3" });
Aspects.of(stack).add(new NoSecretValues());

const piste = new PisteApplication(stack, "piste", {
  environment: "qualif",
  name: "chorus-pro",
  technicalAccounts: [{ name: "default", structure: { identifier: "12345678901234", identifierType: "SIRET" } }],
});

const assumedByTasks = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
// Starts the task; reads nothing of PISTE.
const execution = new IamRole(stack, "execution", { name: "lookup-execution", assumeRolePolicy: assumedByTasks });
new IamRolePolicyAttachment(stack, "start", {
  role: execution.name,
  policyArn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
});
// The program's own role.
const task = new IamRole(stack, "task", { name: "lookup-task", assumeRolePolicy: assumedByTasks });
piste.accessToken.grantRead(task);
piste.account("default").grantRead(task);

new EcsTaskDefinition(stack, "definition", {
  family: "lookup",
  requiresCompatibilities: ["FARGATE"],
  networkMode: "awsvpc",
  cpu: "256",
  memory: "512",
  executionRoleArn: execution.arn,
  taskRoleArn: task.arn,
  containerDefinitions: JSON.stringify([
    {
      name: "lookup",
      image: IMAGE,
      essential: true,
      portMappings: [{ containerPort: 8080 }],
      // Names only. Not `secrets` with `valueFrom`: ECS reads those once, when the task starts, and the token lasts
      // an hour.
      environment: Object.entries(piste.environmentVariables).map(([name, value]) => ({ name, value })),
    },
  ]),
});

app.synth();
