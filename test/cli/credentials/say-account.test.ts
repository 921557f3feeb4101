import { expect, it } from "@jest/globals";
import type { Text } from "../../../piste/language";
import { sayAccount } from "../../../cli/credentials/say-account";
import { FakeAws } from "../fake-aws";
import { openFixture } from "./fixture";

async function said(aws: FakeAws, local = false): Promise<readonly Text[]> {
  const texts: Text[] = [];
  const { target } = openFixture({ piped: {} }).session;
  await sayAccount({ target: { ...target, aws, local }, say: (text) => void texts.push(text) });
  return texts;
}

it("prints the AWS account, region and user of the shell, in both languages", async () => {
  expect(await said(new FakeAws())).toEqual([
    {
      en: "AWS account 123456789012, region eu-west-3, as arn:aws:iam::123456789012:user/test",
      fr: "Compte AWS 123456789012, région eu-west-3, en tant que arn:aws:iam::123456789012:user/test",
    },
  ]);
});

it("goes on when AWS does not tell the account", async () => {
  const aws = new FakeAws();
  aws.refuse("sts:GetCallerIdentity");
  expect((await said(aws)).map(({ en }) => en)).toEqual(["AWS region eu-west-3; AWS does not show the account."]);
});

it("refuses an untrusted AWS address before the first question", async () => {
  const aws = new FakeAws();
  aws.checkAddress = () => Promise.reject(new Error("not there"));
  await expect(said(aws)).rejects.toThrow("not there");
});

it("prints nothing in a local run", async () => {
  expect(await said(new FakeAws(), true)).toEqual([]);
});
