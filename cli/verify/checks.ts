/** A check for each fact about AWS that can be observed. */
import type { FactId } from "../../aws/facts";
import { addresses, consumerRights, keysAllow, policiesValid, refresherRights, topicsAllow } from "./access-checks";
import { silenceRings } from "./drill";
import { finding, type Check } from "./finding";
import { actions, expressions, metricMath, reports, ticks, zeros } from "./metric-checks";

/** Only a failure shows these facts. */
const UNOBSERVED: Check = () =>
  Promise.resolve(finding("not seen", "only a failure shows it", "visible seulement lors d'une panne"));

/** In the order in which they are made: those that wait come last. */
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
  // A drill stops the ticks that others count.
  "silence-rings": silenceRings,
  "alarm-actions": actions,
};
