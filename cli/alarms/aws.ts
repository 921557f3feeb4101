/** The questions of the alarm test, asked of AWS. */
import { applicationsOf, type Target } from "../command/target";
import type { AlarmsInAws } from "./test-alarms";

export function alarmsInAws(target: Target): AlarmsInAws {
  const { aws } = target;
  return {
    applications: async () => {
      const { applications, disbelieved } = await applicationsOf(target);
      return {
        applications: applications.map(({ description: { application, alarms } }) => ({ application, alarms })),
        notBelieved: disbelieved.map(({ parameter }) => parameter),
      };
    },
    alarms: (names) => aws.alarms(names),
    setState: (alarm, state, reason) => aws.setAlarmState(alarm, state, reason),
    actions: (alarm, since) => aws.alarmActions(alarm, since),
    subscriptions: (topic) => aws.subscriptions(topic),
  };
}
