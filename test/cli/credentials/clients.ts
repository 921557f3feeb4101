/** Client credentials for the tests, typed, and the check that no value is shown. */
import { expect } from "@jest/globals";
import type { Fault } from "../../../emulator";
import { CLIENT, CLIENT_SECRET, everythingOf, NEW_CLIENT, openFixture, valuesOf, type Fixture } from "./fixture";

export const TEST = { test: true };
export const typing = (client: typeof CLIENT): Fixture =>
  openFixture({ typed: [client.client_id, client.client_secret, true] });

/** CLIENT is current and NEW_CLIENT is typed; PISTE accepts NEW_CLIENT if it is known. */
export function replacing(more: { readonly known: boolean; readonly fault?: Fault }): Fixture {
  const fixture = typing(NEW_CLIENT);
  fixture.aws.put(CLIENT_SECRET, CLIENT);
  if (more.known) fixture.piste.platform.addClient(NEW_CLIENT);
  if (more.fault) fixture.piste.faults.add(more.fault);
  return fixture;
}

export function expectNothingSeen(fixture: Fixture, error?: unknown): void {
  for (const value of valuesOf(CLIENT, NEW_CLIENT)) expect(everythingOf(fixture, error)).not.toContain(value);
}
