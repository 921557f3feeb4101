/** `npm run audit`: asks the registry what is known of the packages of the lockfile, and judges it. */
import { Command } from "commander";
import { fail } from "../cli/command/fail";
import { messageOf, UserError } from "../piste/user-error";
import { checkReport, judge, show, type AuditReport } from "./supply-chain/audit";
import { AUDIT_EXCEPTIONS } from "./supply-chain/audit-exceptions";
import { readLockfile } from "./supply-chain/lockfile";
import { npmJson } from "./supply-chain/npm";

function ask(): AuditReport {
  try {
    return checkReport(npmJson(["audit", "--json", "--package-lock-only"]));
  } catch (error) {
    throw new UserError(
      `The registry did not answer, so nothing is known: ${messageOf(error)}\n` +
        "Not every mirror can audit; `npm run audit --registry=https://registry.npmjs.org` asks npm's own.",
      { cause: error },
    );
  }
}

function main(): void {
  const findings = judge(ask(), readLockfile(), AUDIT_EXCEPTIONS, new Date());
  console.log(show(findings));
  if (findings.some(({ accepted }) => accepted === undefined)) process.exitCode = 1;
}

new Command("npm run audit")
  .description(
    "Asks the registry for known vulnerabilities. Of what is shipped there may be none; of development tools only those " +
      "that scripts/supply-chain/audit-exceptions.ts lists with a reason.",
  )
  .action(() => {
    try {
      main();
    } catch (error) {
      fail(error);
    }
  })
  .parse();
