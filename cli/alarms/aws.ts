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
    actions: (alarms) => aws.alarmActions(alarms),
    subscriptions: (topic) => aws.subscriptions(topic),
    publish: (topic, subject, message) => aws.publish(topic, subject, message),
  };
}
