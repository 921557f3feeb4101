/** A local PISTE, for tests of anything that calls it. */
export { CONTROL_ACTIONS } from "./control";
export type { Fault } from "./faults";
export { Piste, type Call, type Outcome } from "./piste";
export { Platform, type Settings, type Structure } from "./platform";
export { transportTo } from "./transport";
export { startEmulator, type Emulator, type EmulatorOptions } from "./server";
