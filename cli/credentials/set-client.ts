/** `piste credentials set … client`: stages the pair, has the function try it, and makes it current when PISTE accepts it. */
import type { Text } from "../../piste/language";
import { enterClient } from "./enter";
import { findClientSecret, type ClientSecretLocation, type WantedClient } from "./client-secret";
import { promoteStaged, staged } from "./promotion";
import { carrierOf, CURRENT, PENDING, store, versionsOf } from "./secret";
import { clientSecretName } from "../../piste/names";
import { nextCommand, NOTHING_STORED, type Session } from "./session";

export interface SetOptions extends WantedClient {
  /** True to try the credentials with PISTE; otherwise they are only stored. */
  readonly test: boolean;
}

/** @throws CommandError when the tried credentials did not become current. */
export async function setClient(session: Session, { test, ...wanted }: SetOptions): Promise<void> {
  const { target, say, ask } = session;
  session.ifInterrupted(NOTHING_STORED);
  const place = await findClientSecret(session, "set", wanted, !test);
  const before = await versionsOf(target.aws, place.secret);
  say(placeText(place));
  const replaced = carrierOf(PENDING, before);
  if (replaced !== undefined && !replaced.labels.includes(CURRENT)) {
    session.warn({
      en: "Others are already staged there and not current; these replace them.",
      fr: "D'autres y sont déjà en attente, sans être en vigueur ; ceux-ci les remplacent.",
    });
  }
  const client = await enterClient(session);
  session.ifInterrupted(perhapsStored(place));
  const versionId = await store(target.aws, place.secret, client, [PENDING]);
  session.ifInterrupted(staged(session, place));
  const { owner } = place;
  if (!test || owner === undefined) {
    say(staged(session, place));
    return;
  }
  say({ en: `Stored in ${place.secret}, staged.`, fr: `Enregistrés dans ${place.secret}, en attente.` });
  await promoteStaged(session, { place: { ...place, owner }, versionId, origin: "set" });
  if (!ask.person) return;
  say({
    en: `\nTo see the remaining steps: \`${nextCommand(session, `doctor ${target.environment}`)}\`.`,
    fr: `\nCe qui reste à faire : \`${nextCommand(session, `doctor ${target.environment}`)}\`.`,
  });
}

function placeText({ environment, application, secret }: ClientSecretLocation): Text {
  const own = secret === clientSecretName(environment, application);
  return {
    en: `Client credentials of ${application} (${environment})\nSecret: ${secret}${own ? "" : ", which is not its own"}`,
    fr: `Identifiants de l'application ${application} (${environment})\nSecret : ${secret}${own ? "" : ", qui n'est pas le sien"}`,
  };
}

const perhapsStored = ({ secret }: ClientSecretLocation): Text => ({
  en: `The client credentials may be stored in ${secret}, staged; the current ones are complete in any case.`,
  fr: `Les identifiants de l'application sont peut-être enregistrés dans ${secret}, en attente ; ceux en vigueur sont complets dans tous les cas.`,
});
