/** The table of facts, for a terminal and as JSON. Pure. */
import { factOf } from "../../aws/facts";
import type { Language, Text } from "../../piste/language";
import { PARTY_LABELS } from "../../piste/party";
import { indented } from "../command/wrap";
import type { Result } from "./finding";
import type { Checked, Verification } from "./verify";

const RESULTS: Readonly<Record<Result, Text>> = {
  "as expected": { en: "as expected", fr: "comme attendu" },
  otherwise: { en: "OTHERWISE", fr: "AUTREMENT" },
  "not seen": { en: "not seen", fr: "pas vu" },
};
const WORDS = {
  expected: { en: "expected", fr: "attendu" },
  observed: { en: "observed", fr: "observé" },
  soWhat: { en: "meaning", fr: "donc" },
} as const satisfies Record<string, Text>;

/** Shown during the checks. */
export const checkedLine = ({ fact, result }: Checked, language: Language): string =>
  `${fact}: ${RESULTS[result][language]}`;

export function show(
  { environment, application, region, checked }: Verification,
  language: Language,
  width: number,
): string {
  const labelWidth = Math.max(...Object.values(WORDS).map((word) => word[language].length));
  const rows = checked.flatMap(({ fact, result, observed, soWhat, owner }) => {
    const { says, expected } = factOf(fact);
    const turn = owner === undefined ? "" : `(${PARTY_LABELS[owner][language]}) `;
    const cells = [
      [WORDS.expected, expected[language]],
      [WORDS.observed, observed[language]],
      [WORDS.soWhat, `${turn}${soWhat[language]}`],
    ] as const;
    return [
      "",
      `${fact}: ${RESULTS[result][language]}`,
      ...indented(`${says[language]}.`, "  ", width),
      ...cells.flatMap(([label, text]) => indented(text, `  ${label[language].padEnd(labelWidth)}  `, width)),
    ];
  });
  const count = (one: Result): number => checked.filter(({ result }) => result === one).length;
  const counts = (Object.keys(RESULTS) as Result[]).map((one) => `${RESULTS[one][language]}: ${count(one)}`);
  const head = indented(`${environment}: ${application}, ${region}`, "", width);
  return [...head, ...rows, "", ...indented(counts.join(", "), "", width)].join("\n");
}

/** Fields: docs/json.md. */
export function toJson({ checked, ...where }: Verification, language: Language): object {
  const facts = checked.map(({ fact, result, observed, measured, soWhat, owner }) => ({
    fact,
    says: factOf(fact).says[language],
    expected: factOf(fact).expected[language],
    observed: observed[language],
    result,
    measured,
    soWhat: soWhat[language],
    owner: owner ?? null,
  }));
  return { ...where, facts };
}
