/** The check of each fact about AWS. */
import type { FactId } from "../../aws/facts";
import { addresses, consumerRights, keysAllow, policiesValid, refresherRights, topicsAllow } from "./access-checks";
import { silenceRings } from "./drill";
import { finding, type Check } from "./finding";
import { actions, expressions, metricMath, reports, ticks, zeros } from "./metric-checks";

/** Facts that only show during a failure. */
const UNOBSERVED: Check = () =>
  Promise.resolve(finding("not seen", "only visible during a failure", "visible seulement lors d'une panne"));

/** In the order of execution: the checks that wait come last. */
export const CHECKS: Readonly<Record<FactId, Check>> = {
  "refresher-rights": refresherRights,
  "consumer-rights": consumerRights,
  "policies-valid": policiesValid,
  "topics-allow-cloudwatch": topicsAllow,
  "keys-allow-cloudwatch": keysAllow,
  "addresses-confirmed": addresses,
  "ticks-every-minute": ticks,
  "reports-in-time": reports,
  "errors-have-zeros": zeros,
  "metric-math": metricMath,
  "alarm-expressions": expressions,
  "dropped-events": UNOBSERVED,
  "windows-slide": UNOBSERVED,
  "plan-unchanged": ({ plan }) => plan(),
  // After the checks that count ticks: a drill stops them.
  "silence-rings": silenceRings,
  "alarm-actions": actions,
};
