/** What the guide says of a step, on the doctor's page. */
import { handsOf, headingText, linkTitle, type GuideStep } from "../../piste/guide";
import { PARTY_LABELS } from "../../piste/party";
import { typeset, type Language, type Text } from "../../piste/language";
import { html, type Html } from "./html";
import { MESSAGES } from "./page-messages";
import { linkTo, richText } from "./rich-text";
import type { StepReport } from "./report";

type Say = (text: Text) => Html;

/** @param seenFrom from where it was looked at, when that can be said. */
export function guideOf(guide: GuideStep, seenFrom: StepReport["seenFrom"], language: Language): Html {
  const say = (text: Text): Html => richText(text, language);
  const { before, what, form = [], seenBy, link } = guide;
  const hands = handsOf(guide);
  const lines = (texts: readonly Text[]): Html =>
    html`<ul>
      ${texts.map((text) => html`<li>${say(text)}</li>`)}
    </ul>`;
  const row = (term: Text, description: Html): Html =>
    html`<div>
      <dt>${say(term)}</dt>
      <dd>${description}</dd>
    </div>`;
  return html`<dl>
    ${row(MESSAGES.heading, html`<span lang="fr">${typeset(headingText(guide.heading), "fr")}</span>`)}
    ${row(
      MESSAGES.who,
      inTurn(
        hands.map((hand) => PARTY_LABELS[hand.actor]),
        say,
      ),
    )}
    ${row(
      MESSAGES.where,
      inTurn(
        hands.map((hand) => hand.where),
        say,
      ),
    )}
    ${before.length === 0 ? undefined : row(MESSAGES.before, lines(before))} ${row(MESSAGES.doing, lines(what))}
    ${form.length === 0 ? undefined : row(MESSAGES.form, formOf(form, say))} ${row(MESSAGES.seenBy, say(seenBy))}
    ${seenFrom === undefined ? undefined : row(MESSAGES.seenFrom, say(MESSAGES[seenFrom]))}
    ${link === undefined ? undefined : row(MESSAGES.link, officialPage(link))}
  </dl>`;
}

function inTurn(texts: readonly Text[], say: Say): Html {
  return html`${texts.map((text, index) => [index === 0 ? undefined : html`<br />${say(MESSAGES.then)} `, say(text)])}`;
}

function formOf(fields: NonNullable<GuideStep["form"]>, say: Say): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">${say(MESSAGES.field)}</th>
        <th scope="col">${say(MESSAGES.value)}</th>
      </tr>
    </thead>
    <tbody>
      ${fields.map(
        ({ label, value }) =>
          html`<tr>
            <th scope="row" lang="fr">${typeset(label, "fr")}</th>
            <td>${say(value)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function officialPage(link: string): Html {
  return html`<span lang="fr" class="official">${linkTo(link, linkTitle(link))}</span>`;
}
