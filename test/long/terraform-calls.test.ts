import { expect, it } from "@jest/globals";
import { recordTerraform } from "../deploy/terraform-calls";
import { examplesOf, kindOfCall, readRecord } from "../iam/terraform-record";

const MINUTES = 60_000;

it(
  "Terraform asks AWS what it was seen to ask when the deployer's policy was made, and nothing else",
  async () => {
    const recorded = examplesOf(await recordTerraform());
    expect(recorded.map(kindOfCall).sort()).toEqual(readRecord().map(kindOfCall).sort());
  },
  6 * MINUTES,
);
