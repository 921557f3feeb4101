/** Client credentials for the tests, typed, and what may be seen of them. */
import { expect } from "@jest/globals";
import type { Fault } from "../../../emulator";
import { CLIENT, CLIENT_SECRET, everythingOf, NEW_CLIENT, openWorkshop, valuesOf, type Workshop } from "./workshop";

export const TEST = { test: true };
export const typing = (client: typeof CLIENT): Workshop =>
  openWorkshop({ typed: [client.client_id, client.client_secret, true] });

/** With CLIENT current, and NEW_CLIENT typed, whom PISTE knows unless it is refused. */
export function replacing(more: { readonly known: boolean; readonly fault?: Fault }): Workshop {
  const workshop = typing(NEW_CLIENT);
  workshop.aws.put(CLIENT_SECRET, CLIENT);
  if (more.known) workshop.piste.platform.addClient(NEW_CLIENT);
  if (more.fault) workshop.piste.faults.add(more.fault);
  return workshop;
}

export function expectNothingSeen(workshop: Workshop, error?: unknown): void {
  for (const value of valuesOf(CLIENT, NEW_CLIENT)) expect(everythingOf(workshop, error)).not.toContain(value);
}
