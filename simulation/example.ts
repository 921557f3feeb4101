/** A bad day, for the documentation: most of what can go wrong, one after the other. */
import type { Disturbance, History } from "./history";

const hour = (hours: number): number => hours * 60;

const DISTURBANCES: readonly Disturbance[] = [
  { kind: "outage", how: "http-503", from: hour(2), minutes: 30, whenDue: true },
  { kind: "missed-ticks", from: hour(4.5), minutes: 20 },
  { kind: "error-burst", how: "reset", from: hour(6), minutes: 120 },
  { kind: "outage", how: "timeout-connect", from: hour(9), minutes: 72, whenDue: true },
  { kind: "aws-refuses", call: "write", error: "ThrottlingException", from: hour(12), minutes: 25 },
  { kind: "secret-reset", from: hour(14), minutes: 25 },
  { kind: "other-lifetime", lifetimeInMinutes: 30, asString: true, from: hour(16), minutes: 120 },
  { kind: "spoilt-token", how: "lives-for-years", from: hour(19), minutes: 1 },
  { kind: "clock-error", aheadInSeconds: -600, from: hour(20), minutes: 15 },
  { kind: "crowd", from: hour(21), minutes: 90 },
];

export const EXAMPLE: History = {
  days: 1,
  seed: 1,
  lateness: "any",
  credentialsAfterInMinutes: 0,
  disturbances: DISTURBANCES,
};
