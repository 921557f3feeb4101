import { describe, expect, it } from "@jest/globals";
import {
  accountsParameterName,
  CHANGED_LABEL_PREFIX,
  checkName,
  clientSecretName,
  descriptionParameterName,
  METRIC_NAMESPACE,
  REFUSED_LABEL,
  technicalAccountSecretName,
  tokenSecretName,
} from "../../piste/names";
import {
  connectionCheckFunctionName,
  connectionCheckScheduleGroupName,
  connectionCheckScheduleRoleName,
  dashboardName,
  passwordsScheduleName,
  resourceName,
  tokenRefreshFunctionName,
} from "../../aws/names";

describe("the public names", () => {
  it("never change", () => {
    expect(clientSecretName("qualif", "chorus-pro")).toBe("piste/qualif/chorus-pro/client");
    expect(technicalAccountSecretName("prod", "chorus-pro", "default")).toBe(
      "piste/prod/chorus-pro/technical-account/default",
    );
    expect(tokenSecretName("prod", "chorus-pro")).toBe("piste/prod/chorus-pro/token");
    expect(descriptionParameterName("prod", "chorus-pro")).toBe("/piste/prod/chorus-pro");
    expect(accountsParameterName("prod", "chorus-pro", 1)).toBe("/piste/prod/chorus-pro/accounts/1");
    expect(resourceName("qualif", "chorus-pro")).toBe("piste-qualif-chorus-pro");
    expect(tokenRefreshFunctionName("qualif", "chorus-pro")).toBe("piste-qualif-chorus-pro-token-refresh");
    expect(passwordsScheduleName("qualif", "chorus-pro")).toBe("piste-qualif-chorus-pro-passwords");
    expect([CHANGED_LABEL_PREFIX, REFUSED_LABEL]).toEqual(["CHANGED-", "REFUSED"]);
    expect(dashboardName("qualif")).toBe("piste-qualif");
    expect(connectionCheckFunctionName("prod", "chorus-pro")).toBe("piste-prod-chorus-pro-connection-check");
    expect(METRIC_NAMESPACE).toBe("Piste");
  });

  it("fit into AWS's 64 characters, even with the longest application name", () => {
    const longest = "a".repeat(30);
    for (const name of [
      tokenRefreshFunctionName("qualif", longest),
      connectionCheckFunctionName("qualif", longest),
      connectionCheckScheduleGroupName("qualif", longest),
      connectionCheckScheduleRoleName("qualif", longest),
    ]) {
      expect(name.length).toBeLessThanOrEqual(64);
    }
  });
});

describe("checkName", () => {
  it.each(["a", "7", "chorus-pro", "a--b", "a".repeat(30)])("accepts %j", (name) => {
    expect(() => {
      checkName("name", name);
    }).not.toThrow();
  });

  it.each(["", "-a", "a-", "A", "a_b", "a/b", "a b", "é", "a\n", "a".repeat(31)])(
    "refuses %j with the property, the rule and the value",
    (name) => {
      expect(() => {
        checkName("technicalAccounts[0].name", name);
      }).toThrow(
        new Error(
          `technicalAccounts[0].name must be 1 to 30 lower-case letters, digits and inner hyphens, got ${JSON.stringify(name)}`,
        ),
      );
    },
  );
});
