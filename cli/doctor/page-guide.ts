/** What the guide says of a step, on the doctor's page. */
import { handsOf, headingText, linkTitle, type GuideStep } from "../../piste/guide";
import { joined, typeset, type Text } from "../../piste/language";
import { PARTY_LABELS } from "../../piste/party";
import { html, type Html } from "./html";
import { MESSAGES } from "./page-messages";
import { formOf } from "./page-values";
import type { Step, View } from "./page-steps";
import { isPortal } from "./parties";
import { forPortals, isForTeam } from "./portal-text";
import { linkTo } from "./rich-text";

export function guideOf({ guide, seenFrom }: Step, view: View): Html {
  const { say } = view;
  const { before, what, form = [], seenBy, link } = guide;
  const hands = handsOf(guide);
  const portal = hands.some(({ actor }) => isPortal(actor));
  /** For whoever has a portal before them, where one of the step's hands has. */
  const fit = (text: Text, instead?: Text): Text => (portal ? forPortals(text, instead) : text);
  const lines = (texts: readonly Text[]): Html =>
    html`<ul>
      ${texts.map((text) => html`<li>${say(text)}</li>`)}
    </ul>`;
  const row = (term: Text, description: Html): Html =>
    html`<div>
      <dt>${say(term)}</dt>
      <dd>${description}</dd>
    </div>`;
  const sayField = (text: Text): Html => say(fit(text, MESSAGES.give));
  return html`<dl>
    ${row(MESSAGES.heading, html`<span lang="fr">${typeset(headingText(guide.heading), "fr")}</span>`)}
    ${
      hands.length > 1
        ? undefined
        : row(
            MESSAGES.who,
            inTurn(hands, ({ actor }) => PARTY_LABELS[actor], say),
          )
    }
    ${row(
      MESSAGES.where,
      inTurn(hands, ({ where }) => where, say),
    )}
    ${before.length === 0 ? undefined : row(MESSAGES.before, lines(before.map((text) => fit(text))))}
    ${row(
      MESSAGES.doing,
      hands.length > 1 ? ofHands(guide, say, lines) : lines(what.map((text) => fit(text, MESSAGES.give))),
    )}
    ${form.length === 0 ? undefined : row(MESSAGES.form, formOf(form, view, sayField))}
    ${row(MESSAGES.seenBy, say(portal && isForTeam(seenBy) ? MESSAGES.seenByTeam : seenBy))}
    ${seenFrom === undefined ? undefined : row(MESSAGES.seenFrom, say(MESSAGES[seenFrom]))}
    ${link === undefined ? undefined : row(MESSAGES.link, officialPage(link))}
  </dl>`;
}

/** Of two people the one at a terminal is the one who types commands. */
function ofHands(guide: GuideStep, say: View["say"], lines: (texts: readonly Text[]) => Html): Html {
  return html`${handsOf(guide).map(
    ({ actor }, index) =>
      html`<div class="${isPortal(actor) ? "hand" : "hand team"}">
        <p>${say(index === 0 ? PARTY_LABELS[actor] : joined([MESSAGES.then, PARTY_LABELS[actor]]))}</p>
        ${lines(guide.what.filter((text) => isForTeam(text) !== isPortal(actor)))}
      </div>`,
  )}`;
}

function inTurn(
  hands: readonly Pick<GuideStep, "actor" | "where">[],
  textOf: (hand: Pick<GuideStep, "actor" | "where">) => Text,
  say: View["say"],
): Html {
  return html`${hands.map((hand, index) => [
    index === 0 ? undefined : html`<br />${say(MESSAGES.then)} `,
    say(textOf(hand)),
  ])}`;
}

function officialPage(link: string): Html {
  return html`<span lang="fr" class="official">${linkTo(link, linkTitle(link))}</span>`;
}
