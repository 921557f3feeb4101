import type { Faults } from "./faults";
import type { Platform } from "./platform";

/** What the control address changes. */
export interface Controlled {
  readonly platform: Platform;
  readonly faults: Faults;
  recentCalls(): unknown;
}
