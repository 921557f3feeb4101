/** A local PISTE, for tests of programs that call it. */
export type { ApplicationView } from "./applications";
export { CONTROL_ACTIONS } from "./control";
export type { Fault } from "./faults";
export { Piste, type Call, type Outcome } from "./piste";
export { Platform } from "./platform";
export { Portal, type PortalView } from "./portal";
export { PortalRefusal } from "./portal-refusal";
export type {
  ApiChoice,
  ApplicationChange,
  DataSet,
  KnownStructure,
  NewApplication,
  NewTechnicalAccount,
  Raccordement,
  RaccordementReference,
  SecretReset,
  Space,
  Structure,
  StructureReference,
  StructureService,
} from "./portal-forms";
export { transportTo } from "./transport";
export { startEmulator, type Emulator, type EmulatorOptions } from "./server";
export type { Settings } from "./settings";
export type { TechnicalAccountView } from "./technical-accounts";
