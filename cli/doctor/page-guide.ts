/** The guide's text about a step, on the doctor's page. */
import { handsOf, headingText, linkTitle, type GuideStep } from "../../piste/guide";
import { joined, typeset, type Text } from "../../piste/language";
import { html, type Html } from "./html";
import { MESSAGES } from "./page-messages";
import { formOf } from "./page-values";
import type { Step, View } from "./page-steps";
import { isPortal, partyLabel } from "./parties";
import { forPortals, isForTeam } from "./portal-text";
import { linkTo } from "./rich-text";

/** True when one of the step's actors works at a portal, without a terminal. */
const isAtPortal = (guide: GuideStep): boolean => handsOf(guide).some(({ actor }) => isPortal(actor));

export function guideOf({ guide, status }: Step, view: View): Html {
  const { say } = view;
  const { before, what, form = [], link, heading } = guide;
  const hands = handsOf(guide);
  const portal = isAtPortal(guide);
  const fit = (text: Text): Text => (portal ? forPortals(text) : text);
  const lines = (texts: readonly Text[]): Html =>
    html`<ul>
      ${texts.map((text) => html`<li>${say(text)}</li>`)}
    </ul>`;
  const row = (term: Text, description: Html): Html =>
    html`<div>
      <dt>${say(term)}</dt>
      <dd>${description}</dd>
    </div>`;
  const besides = heading.besides && html`, ${say(heading.besides)}`;
  return html`<dl>
    ${row(MESSAGES.heading, html`<span lang="fr">${typeset(headingText(heading), "fr")}</span>${besides}`)}
    ${
      hands.length > 1
        ? undefined
        : row(
            MESSAGES.who,
            inTurn(hands, ({ actor }) => partyLabel(actor, view.report.environment), say),
          )
    }
    ${row(
      MESSAGES.where,
      inTurn(hands, ({ where }) => where, say),
    )}
    ${before.length === 0 ? undefined : row(MESSAGES.before, lines(before.map(fit)))}
    ${row(MESSAGES.doing, hands.length > 1 ? ofHands(guide, view, lines) : lines(what.map(fit)))}
    ${form.length === 0 ? undefined : row(MESSAGES.form, formOf(form, view))}
    ${portal ? row(MESSAGES.seenBy, say(status === "by-hand" ? MESSAGES.unseenByTeam : MESSAGES.seenByTeam)) : undefined}
    ${link === undefined ? undefined : row(MESSAGES.link, officialPage(link))}
  </dl>`;
}

/** When two people share a step, only the one at a terminal gets the commands. */
function ofHands(guide: GuideStep, { say, report }: View, lines: (texts: readonly Text[]) => Html): Html {
  return html`${handsOf(guide).map(
    ({ actor }, index) =>
      html`<div class="${isPortal(actor) ? "hand" : "hand team"}">
        <p>${say(joined([...(index === 0 ? [] : [MESSAGES.then]), partyLabel(actor, report.environment)]))}</p>
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
