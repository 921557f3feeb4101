/** Installs the package once like a user, for `npm test`; `npm run test:all` has more. */
import { expect, it } from "@jest/globals";
import { asCommonJs, CDKTF, installed, tenLines } from "./project";

it("a project with the package synthesizes an application and has the command", async () => {
  const project = await installed(CDKTF.peers);
  try {
    project.write("main.cjs", asCommonJs(CDKTF.adapt(tenLines())));
    await project.run("node", "main.cjs");
    const { resource } = JSON.parse(project.read("cdktf.out/stacks/invoicing/cdk.tf.json")) as {
      readonly resource: Readonly<Record<string, object>>;
    };
    expect(Object.keys(resource["aws_secretsmanager_secret"] ?? {})).toHaveLength(2);
    expect(Object.keys(resource["aws_lambda_function"] ?? {})).toHaveLength(1);
    expect(await project.run("node_modules/.bin/piste", "token", "--help")).toContain("--print");
  } finally {
    project.remove();
  }
}, 120_000);
