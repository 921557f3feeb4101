import type { Faults } from "./faults";
import type { Platform } from "./platform";

/** The parts that the control address can change. */
export interface Controlled {
  readonly platform: Platform;
  readonly faults: Faults;
  recentCalls(): unknown;
}
