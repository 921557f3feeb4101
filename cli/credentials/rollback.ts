/** `piste credentials promote` and `rollback`: try the staged or the previous client credentials and make them current. */
import { CommandError } from "../command/failure";
import { dateAndTime } from "../command/times";
import { findClientSecret, type ClientAct, type ClientSecretLocation, type WantedClient } from "./client-secret";
import { nothingStaged, promoteStaged, setCommand } from "./promotion";
import { carrierOf, CURRENT, noSuchSecret, PENDING, PREVIOUS, versionsOf } from "./secret";
import { NOTHING_STORED, type Session } from "./session";

async function placeOf(
  session: Session,
  act: ClientAct,
  wanted: WantedClient,
): Promise<Required<ClientSecretLocation>> {
  session.ifInterrupted(NOTHING_STORED);
  const place = await findClientSecret(session, act, wanted, false);
  const { owner } = place;
  if (owner === undefined)
    throw new Error("unreachable: findClientSecret() without byName always returns a description");
  return { ...place, owner };
}

/** @throws CommandError unless the staged version becomes current. */
export async function promoteClient(session: Session, wanted: WantedClient): Promise<void> {
  const place = await placeOf(session, "promote", wanted);
  const versions = await versionsOf(session.target.aws, place.secret);
  const pending = carrierOf(PENDING, versions);
  if (versions !== undefined && pending === undefined) throw nothingStaged(session, place);
  if (pending !== undefined) {
    const { en, fr } = dateAndTime(pending.storedAt);
    session.say({
      en: `Staged in ${place.secret} since ${en}.`,
      fr: `En attente dans ${place.secret} depuis le ${fr}.`,
    });
  }
  await promoteStaged(session, { place, versionId: pending?.versionId, origin: "promote" });
}

/** @throws CommandError unless the previous version becomes current. */
export async function rollBackClient(session: Session, wanted: WantedClient): Promise<void> {
  const { aws } = session.target;
  const place = await placeOf(session, "rollback", wanted);
  const versions = await aws.versions(place.secret);
  if (versions === undefined) throw noSuchSecret(place.secret);
  const previous = carrierOf(PREVIOUS, versions);
  const current = carrierOf(CURRENT, versions);
  if (previous === undefined || current === undefined) {
    const set = setCommand(session);
    throw new CommandError(
      {
        en: `${place.secret} has no previous version to go back to. Store the right values: \`${set}\`.`,
        fr: `${place.secret} n'a pas de version précédente à rétablir. Enregistrez les bons identifiants : \`${set}\`.`,
      },
      "operator",
    );
  }
  const pending = carrierOf(PENDING, versions);
  if (pending !== undefined && pending !== previous && pending !== current) {
    const at = dateAndTime(pending.storedAt);
    session.warn({
      en: `The version staged on ${at.en} is dropped.`,
      fr: `La version en attente depuis le ${at.fr} est abandonnée.`,
    });
  }
  const since = dateAndTime(previous.storedAt);
  session.say({
    en: `Going back in ${place.secret} to the version stored on ${since.en}.`,
    fr: `Retour, dans ${place.secret}, à la version enregistrée le ${since.fr}.`,
  });
  if (pending !== previous) {
    await aws.moveLabel(place.secret, PENDING, { to: previous.versionId, from: pending?.versionId });
  }
  await promoteStaged(session, { place, versionId: previous.versionId, origin: "rollback" });
}
