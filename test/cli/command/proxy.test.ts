import { afterEach, expect, it } from "@jest/globals";
import { awsError } from "../../../cli/command/aws-failure";
import { proxyAgent, proxyOf } from "../../../cli/command/proxy";
import { httpTransport, type NetworkError } from "../../../piste/http";
import { shownOf } from "../../piste/servers";

const URL_OF_PISTE = new URL("https://sandbox-api.piste.gouv.fr/");

afterEach(() => {
  delete process.env["HTTPS_PROXY"];
});

it("an invalid HTTPS_PROXY is a network failure, and its password is not shown", async () => {
  process.env["HTTPS_PROXY"] = "http://me:canary@:80";
  const request = { url: URL_OF_PISTE, method: "GET", headers: {}, timeoutInMilliseconds: 5_000 } as const;
  const error = await httpTransport(proxyAgent())(request).catch((thrown: unknown) => thrown as NetworkError);
  expect(error).toMatchObject({ name: "NetworkError", cause: { message: "HTTPS_PROXY is not an address" } });
  // The AWS SDK passes the error on.
  const { kind, text } = awsError(
    { en: "look", fr: "regarder", permission: "sts:GetCallerIdentity" },
    (error as NetworkError).cause,
  );
  expect(kind).toBe("unreachable");
  expect(text.en).toContain("HTTPS_PROXY");
  expect(shownOf(error)).not.toContain("canary");
  expect(proxyOf(URL_OF_PISTE)).toBe("?");
});

it("a proxy with another protocol is a network failure, for AWS too", () => {
  const unread = Object.assign(new Error("Parse Error"), { code: "HPE_INVALID_CONSTANT" });
  const { kind } = awsError({ en: "look", fr: "regarder", permission: "sts:GetCallerIdentity" }, unread);
  expect(kind).toBe("unreachable");
});
