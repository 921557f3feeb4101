/** The steps of the doctor's page: steps that need action now are open, the others are folded. */
import { handsOf } from "../../piste/guide";
import type { Text } from "../../piste/language";
import { longDay } from "../command/times";
import { html, type Html } from "./html";
import { statusLabel } from "./labels";
import { guideOf } from "./page-guide";
import { MESSAGES, SIGNS } from "./page-messages";
import { isForPortals, isPerhapsDone, isSettled, isTurn, waitingAlike, type Step, type View } from "./page-steps";
import { isPortal } from "./parties";
import { forPortals, isForTeam } from "./portal-text";
import type { StepReport } from "./report";

export function allSteps(view: View): Html {
  const { steps, say } = view;
  return html`<section aria-labelledby="steps">
    <h2 id="steps" tabindex="-1">${say(MESSAGES.steps)}</h2>
    <p>${say(MESSAGES.guide)}</p>
    ${waitingAlike(steps).map((alike) => waiting(alike, view))}
    <ol class="steps" role="list">
      ${steps.map((step) => stepItem(step, view))}
    </ol>
  </section>`;
}

/** The text that steps with the same wait share. */
function waiting(alike: readonly Step[], { say }: View): Html {
  const [first] = alike;
  return html`<p class="waiting">
    ${stepLinks(alike)}${say(MESSAGES.colon)} ${alike.some(isPerhapsDone) ? say(MESSAGES.perhapsDone) : undefined}
    ${first?.next === undefined ? undefined : say(forPortals(first.next))}
  </p>`;
}

function stepItem(step: Step, view: View): Html {
  const { id, status, confirmedOn, guide } = step;
  const { say, language } = view;
  const inside = html`<summary>
      <div class="head">
        <h3><span class="id">${id}</span> ${say(guide.title)}</h3>
        ${statusOf(step, view)}
      </div>
    </summary>
    <div class="how" id="${id}">
      ${step.account === "made" && step.status === "not-seen-yet" ? html`<p>${say(MESSAGES.kept)}</p>` : undefined}
      ${said(step, view)}
      ${
        confirmedOn === undefined
          ? undefined
          : html`<p>${say(MESSAGES.confirmed)} ${longDay(confirmedOn)[language]}</p>`
      }
      ${guideOf(step, view)} ${tellsTeam(step) ? html`<p>${say(MESSAGES.tell)}</p>` : undefined}
    </div>`;
  return html`<li class="${isSettled(step) ? `step ${status} settled` : `step ${status}`}">
    ${isTurn(step) ? html`<details open>${inside}</details>` : html`<details>${inside}</details>`}
  </li>`;
}

/** True when the step's command was left out for readers at a portal. */
const tellsTeam = (step: Step): boolean =>
  isTurn(step) && isForPortals(step) && step.next !== undefined && isForTeam(step.next);

/** The cause and the next action: without commands for readers at a portal, or marked as the technical team's. */
function said(step: Step, { steps, say }: View): Html {
  const { owner, cause, guide } = step;
  const next = waitingAlike(steps).some((alike) => alike.includes(step)) ? undefined : step.next;
  const lead = owner === undefined ? undefined : MESSAGES.next;
  if (isForPortals(step)) {
    return html`${paragraph(cause && forPortals(cause), say)} ${paragraph(next && forPortals(next), say, lead, "next")}`;
  }
  const isOthers = isPortal(handsOf(guide)[0]?.actor) && [cause, next].some((text) => text && isForTeam(text));
  if (!isOthers) return html`${paragraph(cause, say)} ${paragraph(next, say, lead, "next")}`;
  return html`<div class="team">
    <p><strong>${say(MESSAGES.forTeam)}</strong></p>
    ${paragraph(cause, say)} ${paragraph(next, say, undefined, "next")}
  </div>`;
}

function paragraph(text: Text | undefined, say: View["say"], lead?: Text, kind = "why"): Html | undefined {
  if (text === undefined || text.en === "") return undefined;
  return html`<p class="${kind}">
    ${lead === undefined ? undefined : html`<strong>${say(lead)}</strong> `}${say(text)}
  </p>`;
}

export function statusOf(step: StepReport, { say }: View): Html {
  return html`<span class="status ${step.status}"
    ><span class="hidden">${say(MESSAGES.status)} </span
    ><span aria-hidden="true">${SIGNS[step.status]} </span>${say(statusLabel(step))}</span
  >`;
}

export function stepLinks(steps: readonly StepReport[]): Html {
  return html`${steps.map(({ id }, index) => html`${index === 0 ? "" : ", "}<a href="#${id}">${id}</a>`)}`;
}
