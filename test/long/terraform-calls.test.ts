import { expect, it } from "@jest/globals";
import { recordTerraform } from "../deploy/terraform-calls";
import { examplesOf, kindOfCall, readRecord } from "../iam/terraform-record";

const MINUTES = 60_000;

it(
  "Terraform makes exactly the recorded calls of the deployer's policy",
  async () => {
    const recorded = examplesOf(await recordTerraform());
    expect(recorded.map(kindOfCall).sort()).toEqual(readRecord().map(kindOfCall).sort());
  },
  6 * MINUTES,
);
