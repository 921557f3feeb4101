import { expect, it } from "@jest/globals";
import { PISTE_FACTS } from "../../piste/facts";
import { referencesToFacts } from "../../scripts/docs/piste-facts";

it("code refers to each fact about PISTE, and to no other", () => {
  expect([...referencesToFacts().keys()].sort()).toEqual(Object.keys(PISTE_FACTS).sort());
});
