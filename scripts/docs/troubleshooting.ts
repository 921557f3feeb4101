/** What docs/troubleshooting.md takes from the tables of the code: PISTE's refusals and the APIs' refusals. */
import { DIAGNOSIS_CODES, diagnosisMeaning } from "../../piste/diagnosis";
import { GUIDE } from "../../piste/guide";
import { PARTY_LABELS } from "../../piste/party";
import { PROBE_OUTCOMES, type ProbeOutcome } from "../../piste/probe-outcomes";
import { anchorOf, markdown } from "./raccordement";
import { table } from "./table";

function reasons(): string {
  return table(
    ["`reason`", "what it means, what to do"],
    DIAGNOSIS_CODES.map((code) => [`\`${code}\``, markdown(diagnosisMeaning(code) ?? "")]),
  );
}

function stepsOf({ contradicts }: ProbeOutcome): string {
  return [...GUIDE.qualif, ...GUIDE.prod]
    .filter(({ id }) => [...contradicts.qualif, ...contradicts.prod].includes(id))
    .map((step) => `[${step.id}](raccordement.md#${anchorOf(step)})`)
    .join(", ");
}

function outcomes(): string {
  return table(
    ["outcome", "who acts", "what it means, what to do", "step"],
    Object.entries<ProbeOutcome>(PROBE_OUTCOMES).map(([code, outcome]) => [
      `\`${code}\``,
      PARTY_LABELS[outcome.owner].en,
      markdown(outcome.meaning),
      stepsOf(outcome),
    ]),
  );
}

export function troubleshootingBlocks(): Record<string, string> {
  return { "refresher's reasons": reasons(), "outcomes of a call": outcomes() };
}
