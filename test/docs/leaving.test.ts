/** What docs/leaving.md and docs/migrating.md let Terraform adopt is all that there is, under its own name. */
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { expect, it } from "@jest/globals";
import { ROOT } from "../../scripts/local/folders";
import DEPLOYED from "../stacks/deployed.json";

const HCL = path.join(ROOT, "examples", "terraform");
const page = (name: string): string => readFileSync(path.join(ROOT, "docs", name), "utf8");

/** What the pages say that it is not adopted, or that the constructs have not made. */
const NOT_ADOPTED = ["aws_iam_role_policy.consumer", "aws_ssm_parameter.accounts", "aws_ssm_parameter.description"];

it("adopt.tf has every resource of the plain Terraform but the descriptions", () => {
  const resources = readdirSync(HCL)
    .filter((file) => file.endsWith(".tf"))
    .flatMap((file) => [...readFileSync(path.join(HCL, file), "utf8").matchAll(/^resource "(\w+)" "(\w+)"/gm)])
    .map(([, type = "", name = ""]) => `${type}.${name}`);
  const adopted = [
    ...readFileSync(path.join(HCL, "from-constructs", "adopt.tf"), "utf8").matchAll(/^ +to += ([\w.]+)/gm),
  ].map(([, address = ""]) => address);
  expect(resources.length).toBeGreaterThan(15);
  expect([...adopted, ...NOT_ADOPTED].sort()).toEqual(resources.sort());
  expect(page("leaving.md")).toContain("examples/terraform/from-constructs/adopt.tf");
});

it("docs/migrating.md imports a secret at the address that it has in the stacks", () => {
  const addresses: Readonly<Record<string, string>> = DEPLOYED.qualif;
  const imports = [...page("migrating.md").matchAll(/terraform import (\S+) .*?--secret-id (\S+)/gs)];
  expect(imports).toHaveLength(1);
  for (const [, address = "", name] of imports) expect(addresses[address]).toBe(name);
});
