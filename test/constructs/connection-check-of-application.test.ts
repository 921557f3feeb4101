import { describe, expect, it } from "@jest/globals";
import * as v from "valibot";
import { PisteApplication, type PisteApplicationProps } from "../../constructs";
import { descriptionSchema } from "../../piste/description-schemas";
import { synthesize, type SynthesizedStack } from "./synthesize";

const NAME = "piste-qualif-chorus-pro-connection-check";
const FUNCTION = "aws_lambda_function";
const ALARM = "aws_cloudwatch_metric_alarm";
const TOPIC_ARN = "arn:aws:sns:eu-west-3:123456789012:alarms";
const KEY = "arn:aws:kms:eu-west-3:123456789012:key/00000000-0000-0000-0000-000000000000";

const application = (props: Partial<PisteApplicationProps> = {}): SynthesizedStack =>
  synthesize((stack) => {
    new PisteApplication(stack, "application", {
      environment: "qualif",
      name: "chorus-pro",
      connectionCheck: true,
      ...props,
    });
  });

describe("an application", () => {
  const functionsOf = (stack: SynthesizedStack): unknown[] =>
    stack.all(FUNCTION).map(({ function_name }) => function_name);

  it("has no connection check unless it is asked for", () => {
    expect(functionsOf(application({ connectionCheck: undefined }))).toHaveLength(1);
    expect(functionsOf(application({ connectionCheck: false }))).toHaveLength(1);
    expect(functionsOf(application())).toContain(NAME);
  });

  it("describes the check's alarm beside the others, and sends it to the same topic", () => {
    const stack = application({ informTopicArn: TOPIC_ARN });
    const { insecure_value: value } = stack.only("aws_ssm_parameter", { name: "/piste/qualif/chorus-pro" });
    const { alarms } = v.parse(descriptionSchema, JSON.parse(String(value)));
    expect(new Set(alarms)).toEqual(new Set(stack.all(ALARM).map(({ alarm_name }) => alarm_name)));
    expect(alarms).toContain("piste-qualif-chorus-pro-connection-refused");
    expect(new Set(stack.all(ALARM).flatMap(({ alarm_actions }) => alarm_actions))).toEqual(new Set([TOPIC_ARN]));
  });

  it("gives the check its key and its options, but never the refresher's role", () => {
    const role = { name: "brought-in", arn: "arn:aws:iam::123456789012:role/brought-in" };
    const stack = application({ role, encryptionKeyArn: KEY, logRetentionInDays: 30 });
    expect(stack.only(FUNCTION, { function_name: NAME })["role"]).toBe(
      stack.reference("aws_iam_role", "arn", { name: NAME }),
    );
    expect(stack.policy(NAME).filter(({ Resource }) => Resource === KEY)).toHaveLength(2);
    expect(stack.only("aws_cloudwatch_log_group", { name: `/aws/lambda/${NAME}` })).toMatchObject({
      retention_in_days: 30,
    });
  });

  it("has a policy that 300 accounts do not make longer", () => {
    const accounts = (count: number): PisteApplicationProps["technicalAccounts"] =>
      Array.from({ length: count }, (_, index) => ({
        name: `account-${index}`,
        structure: { identifier: "12345678901234", identifierType: "SIRET" },
      }));
    const [one, many] = [1, 300].map((count) => application({ technicalAccounts: accounts(count) }).policy(NAME));
    expect(many).toEqual(one);
  });
});
