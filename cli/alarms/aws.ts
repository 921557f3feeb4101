/** The AWS calls of the alarm test. */
import { AwsError, awsError } from "../command/aws-failure";
import { applicationsOf, type Target } from "../command/target";
import type { AlarmsInAws } from "./test-alarms";

export function alarmsInAws(target: Target): AlarmsInAws {
  const { aws } = target;
  return {
    applications: async () => {
      const { applications, disbelieved } = await asTester(applicationsOf(target));
      return {
        applications: applications.map(({ description: { application, alarms } }) => ({ application, alarms })),
        notBelieved: disbelieved.map(({ parameter }) => parameter),
      };
    },
    alarms: (names) => asTester(aws.alarms(names)),
    setState: (alarm, state, reason) => asTester(aws.setAlarmState(alarm, state, reason)),
    actions: (alarm, since) => asTester(aws.alarmActions(alarm, since)),
    subscriptions: (topic) => asTester(aws.subscriptions(topic)),
  };
}

/** Names the policy `alarm-tester` in errors about a missing right: it has every right that the test needs. */
async function asTester<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw awsError({ ...error.action, holder: "alarm-tester" }, error.cause, error.place);
  }
}
