import { expect, it } from "@jest/globals";
import { sdkAws } from "../../../cli/command/sdk-aws";
import { AwsError } from "../../../cli/command/aws-failure";
import { withoutCertificateChecks, withUntrustedHttps } from "../../piste/servers";

it("AWS is asked of nobody without a certificate, with NODE_TLS_REJECT_UNAUTHORIZED=0", async () => {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const { result, received } = await withUntrustedHttps('{"SecretString":"value"}', (url) =>
    withoutCertificateChecks(() =>
      sdkAws({ endpoint: url.href, region: "eu-west-3", credentials })
        .read("piste/qualif/chorus-pro/token")
        .catch((error: unknown) => error),
    ),
  );
  expect(result).toBeInstanceOf(AwsError);
  expect(String(result)).toContain("self-signed certificate");
  expect(received).toEqual([]);
});
