/**
 * The doctor's report as one page for people without a terminal: it needs nothing but itself, runs no program, and can
 * be printed, mailed, and read on a phone.
 */
import type { Language, Text } from "../../piste/language";
import { GLOSSARY } from "./glossary";
import { html, type Html } from "./html";
import {
  ENVIRONMENT_LABELS,
  guideStep,
  LAYER_LABELS,
  LAYER_STATUS_LABELS,
  STATUS_MEANINGS,
  statusLabel,
} from "./labels";
import { facts, summary } from "./page-head";
import { MESSAGES } from "./page-messages";
import { PAPER } from "./page-paper";
import { passwords } from "./page-passwords";
import { allSteps, statusOf } from "./page-step";
import { groupsOf, isUnconfirmed, type View } from "./page-steps";
import { STYLE } from "./page-style";
import { PARTY_TITLES } from "./parties";
import { isForTeam } from "./portal-text";
import { isOpen, STEP_STATUSES, type DoctorReport, type LayerReport } from "./report";
import { richText } from "./rich-text";

/** Nothing is loaded and nothing runs, even if a text became markup. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The page, whole. */
export function renderPage(report: DoctorReport, language: Language): string {
  const view: View = {
    report,
    language,
    steps: report.steps.map((step) => ({ ...step, guide: guideStep(step.id, report.environment) })),
    say: (text) => richText(text, language),
  };
  const { say } = view;
  const body = html`<header>
      <h1>${say(MESSAGES.title)}</h1>
      ${facts(view)} ${report.local ? html`<p class="local">${say(MESSAGES.local)}</p>` : undefined}
    </header>
    <main>${summary(view)} ${people(view)} ${allSteps(view)} ${passwords(view)} ${notes(view)} ${layers(view)}</main>`;
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="robots" content="noindex, nofollow" />
        <meta name="color-scheme" content="light dark" />
        <title>${ENVIRONMENT_LABELS[report.environment][language]} – ${say(MESSAGES.title)}</title>
        ${STYLE} ${PAPER}
      </head>
      <body>
        <a class="skip" href="#steps">${say(MESSAGES.skip)}</a>
        ${body}
        <footer>
          ${legend(view)} ${glossary(body, view)}
          <p>${say(MESSAGES.questions)}</p>
          <p>${say(MESSAGES.footer)}</p>
        </footer>
      </body>
    </html> `.text;
}

/** What is left, by whoever has to do it. */
function people(view: View): Html | undefined {
  const { report, steps, say } = view;
  if (report.ready) return undefined;
  const isStopped = report.worked !== undefined;
  const groups = groupsOf(
    steps.filter((step) => (isOpen(step) && !(isStopped && step.status === "not-reached")) || isUnconfirmed(step)),
  );
  return html`<section aria-labelledby="people">
    <h2 id="people">${say(MESSAGES.people)}</h2>
    <p>${say(MESSAGES.peopleNote)}</p>
    <div class="parties">
      ${groups.map(
        ({ party, steps: own }) =>
          html`<section class="party" aria-labelledby="for-${party}">
            <h3 id="for-${party}">${say(PARTY_TITLES[party])}</h3>
            <ul role="list">
              ${own.map(
                (step) =>
                  html`<li class="head">
                    <a href="#${step.id}">${step.id} ${say(step.guide.title)}</a> ${statusOf(step, view)}
                  </li>`,
              )}
            </ul>
          </section>`,
      )}
    </div>
  </section>`;
}

/** What holds a command is told with the checks, which are the technical team's. */
function notes({ report, say }: View): Html | undefined {
  const shown = report.notes.filter((note) => !isForTeam(note));
  if (shown.length === 0) return undefined;
  return html`<section aria-labelledby="notes">
    <h2 id="notes">${say(MESSAGES.notes)}</h2>
    <ul>
      ${shown.map((note) => html`<li>${say(note)}</li>`)}
    </ul>
  </section>`;
}

function layers({ report, say }: View): Html {
  const layer = ({ layer: name, status, said }: LayerReport): Html =>
    html`<li class="${status}">
      <strong>${say(LAYER_LABELS[name])}</strong> – ${say(LAYER_STATUS_LABELS[status])} <br />${say(said)}
    </li>`;
  return html`<section aria-labelledby="layers">
    <h2 id="layers">${say(MESSAGES.layers)}</h2>
    <details>
      <summary>${say(MESSAGES.layersSummary)}</summary>
      <ol class="layers">
        ${report.layers.map(layer)}
      </ol>
      ${report.notes.filter(isForTeam).map((note) => html`<p>${say(note)}</p>`)}
    </details>
  </section>`;
}

function legend(view: View): Html {
  const shown = STEP_STATUSES.filter((status) => view.steps.some((step) => step.status === status));
  const terms = shown.map((status) => [statusLabel({ status }), STATUS_MEANINGS[status]] as const);
  return definitions(MESSAGES.legend, terms, view);
}

/** The words that are on the page. */
function glossary(body: Html, view: View): Html {
  const text = body.text.replace(/<[^>]*>/g, " ");
  const isUsed = (word: string): boolean => new RegExp(`(?<!\\p{L})${word.replaceAll("`", "")}`, "iu").test(text);
  const used = GLOSSARY.filter(({ word }) => word[view.language].split(", ").some(isUsed));
  return definitions(
    MESSAGES.glossary,
    used.map(({ word, meaning }) => [word, meaning]),
    view,
  );
}

function definitions(title: Text, terms: readonly (readonly [Text, Text])[], { say }: View): Html {
  return html`<details>
    <summary>${say(title)}</summary>
    <dl>
      ${terms.map(
        ([term, meaning]) =>
          html`<div>
            <dt>${say(term)}</dt>
            <dd>${say(meaning)}</dd>
          </div>`,
      )}
    </dl>
  </details>`;
}
