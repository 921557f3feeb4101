/** What all calls of an application's APIs say together. */
import { found, type Found } from "./findings";
import type { ApiEvidence, Subject } from "./subject";
import { answeredText, titleOf } from "./texts";

export function apiFindings({ apis, unknownApis, place, application }: Subject): Found[] {
  const { scope } = application.description;
  const inState = (...states: readonly ApiEvidence["state"][]): readonly ApiEvidence[] =>
    apis.filter(({ state }) => states.includes(state));
  const titles = (of: readonly ApiEvidence[]): string[] => of.map(({ name }) => titleOf(name));

  const missing = inState("not-selected");
  const withheld = inState("withheld");
  const notExposed = inState("not-exposed");
  const withoutScope = inState("scope-missing");
  const unclear = apis.filter((api) => api.unclear !== undefined);
  const [first] = unclear;
  return [
    ...(missing.length > 0
      ? [
          found("api-not-selected", place, {
            missing: titles(missing),
            selected: inState("let-in").length,
            total: apis.length,
          }),
        ]
      : []),
    ...(withheld.length > 0 ? [found("probe-needed", place, { apis: titles(withheld) })] : []),
    ...(notExposed.length > 0 ? [found("api-not-exposed", place, { apis: titles(notExposed) })] : []),
    ...(withoutScope.length > 0 ? [found("scope-missing", place, { apis: titles(withoutScope), scope })] : []),
    ...(unknownApis.length > 0 ? [found("api-unknown", place, { apis: unknownApis })] : []),
    ...(first?.unclear !== undefined
      ? [found("api-unclear", place, { apis: titles(unclear), answered: answeredText(first.unclear) })]
      : []),
  ];
}
