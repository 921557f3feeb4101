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

it("the account, the region and the user that a shell leads to are said, in both languages", async () => {
  expect(await said(new FakeAws())).toEqual([
    {
      en: "AWS account 123456789012, region eu-west-3, as arn:aws:iam::123456789012:user/test",
      fr: "Compte AWS 123456789012, région eu-west-3, en tant que arn:aws:iam::123456789012:user/test",
    },
  ]);
});

it("an account that AWS does not tell is no reason to stop", async () => {
  const aws = new FakeAws();
  aws.refuse("sts:GetCallerIdentity");
  expect((await said(aws)).map(({ en }) => en)).toEqual([
    "AWS region eu-west-3; AWS does not say which account it is.",
  ]);
});

it("an address that may not have a value ends the command before anything is asked for", async () => {
  const aws = new FakeAws();
  aws.checkAddress = () => Promise.reject(new Error("not there"));
  await expect(said(aws)).rejects.toThrow("not there");
});

it("a local run has none", async () => {
  expect(await said(new FakeAws(), true)).toEqual([]);
});
