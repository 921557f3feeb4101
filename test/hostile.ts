/**
 * Hostile and broken input for property-based tests: texts, JSON, answers, descriptions. Seeds are fixed, so `npm test`
 * runs the same cases everywhere.
 */
import fc from "fast-check";
import type { Environment } from "../piste/environments";
import { NETWORK_FAILURES, NetworkError, type HttpAnswer, type HttpRequest, type HttpTransport } from "../piste/http";
import { METEO } from "./own-api";
import { MAXIMUM_VALUE_IN_BYTES } from "../simulation/secrets-manager";

const SURROGATES = { from: 0xd800, count: 0x800 };

/** Any Unicode character. The library's own arbitrary first builds a table, which takes a second. */
export const character = fc.integer({ min: 0, max: 0x10ffff - SURROGATES.count }).map(
  (index) => String.fromCodePoint(index < SURROGATES.from ? index : index + SURROGATES.count),
  (value) => {
    const code = typeof value === "string" ? value.codePointAt(0) : undefined;
    if (code === undefined || String.fromCodePoint(code) !== value) throw new Error("no character");
    return code < SURROGATES.from ? code : code - SURROGATES.count;
  },
);

/** Text with a meaning for a log, a terminal or a page. */
const PIECES = [
  ...[
    "\u001b[2J\u001b[1;1H",
    "\u001b]0;title\u0007",
    "\u009b31m",
    "\r",
    "\n",
    "\r\n",
    "\t",
    "\u0000",
    "\u0007",
    "\u007f",
    "\u0085",
  ],
  ...["\u202e", "\u2066", "\u200f", "\u061c", "\u2028", "\u2029", "\ufeff", "\ud800", "é", "漢", "🏛️"],
  ...[
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<!--",
    "]]>",
    "</style>",
    "&lt;",
    "'",
    '"',
    "`",
    "\\",
  ],
  ...[
    "$(id)",
    "; rm -rf ~",
    "`id`",
    "${x}",
    "%0d%0a",
    "../..",
    "//",
    "__proto__",
    "constructor",
    "{{x}}",
    "=cmd|' /C calc'!A0",
  ],
  ...[
    "qualif",
    "chorus-pro",
    "token",
    "invalid_token",
    "error=",
    "Bearer ",
    "REFUSED",
    "CHANGED-2026-11-25",
    "TRA_MSG_00.015",
  ],
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 6 }).map((pieces) => pieces.join("")) },
  { weight: 2, arbitrary: fc.string({ unit: character, maxLength: 30 }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...PIECES)
      .chain((piece) => fc.integer({ min: 1, max: 3000 }).map((times) => piece.repeat(times))),
  },
);

/** One of the given values, or a hostile value of any kind. */
export const mostly = <T>(usual: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: hostileText }, { weight: 1, arbitrary: oddValue });

const numbers = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(0, -0, -1, 1e21, 1e308, 2 ** 53, 8.64e15, Number.MIN_VALUE),
);
const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  numbers,
  fc.constantFrom<unknown>(null, true, [], {}, "", [[]], { length: 1e9 }, "1e999"),
);

/** JSON that is far deeper or larger than any answer, or that parsers interpret differently. */
const oddJson = fc.oneof(
  oddValue.map((value) => JSON.stringify(value)),
  fc
    .tuple(fc.integer({ min: 1, max: 20_000 }), fc.constantFrom("[", "[]", "{}"))
    .map(([depth, kind]) =>
      kind === "{}"
        ? `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`
        : "[".repeat(depth) + (kind === "[]" ? "]".repeat(depth) : ""),
    ),
  fc.constantFrom(
    '{"__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '{"a":1,"a":2}',
    "1e999",
    "-0",
    "\ufeff{}",
  ),
);

type Fields = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** An object of these fields, with some wrong or missing. */
function objectOf(fields: Fields): fc.Arbitrary<Record<string, unknown>> {
  const name = fc.constantFrom(...Object.keys(fields));
  const whole = fc.record(fields);
  return fc.oneof(
    { weight: 24, arbitrary: whole },
    {
      weight: 3,
      arbitrary: fc
        .tuple(whole, name, fc.oneof(hostileText, oddValue))
        .map(([value, key, wrong]) => ({ ...value, [key]: wrong })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(whole, name)
        .map(([value, missing]) => Object.fromEntries(Object.entries(value).filter(([key]) => key !== missing))),
    },
  );
}

const textOf = (value: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 30, arbitrary: value.map((one) => JSON.stringify(one)) },
    { weight: 1, arbitrary: oddJson },
    { weight: 1, arbitrary: hostileText },
  );

/** JSON of these fields, or other JSON. */
export const jsonOf = (fields: Fields): fc.Arbitrary<string> => textOf(objectOf(fields));

/** The same within the limits of a secret. */
export const secretOf = (fields: Fields): fc.Arbitrary<string> =>
  jsonOf(fields).filter((text) => Buffer.byteLength(text) <= MAXIMUM_VALUE_IN_BYTES);

/** Mostly none, so that the rest of an answer is tested. */
const header = fc.option(
  fc.oneof(
    hostileText,
    fc.constantFrom(
      "text/html",
      "application/json",
      "120",
      "Wed, 25 Nov 2026 10:00:00 GMT",
      'Bearer error="invalid_token"',
      'Bearer error="insufficient_scope"',
    ),
  ),
  { nil: undefined, freq: 1 },
);

/** The part of an answer that repeats the request. */
export const ECHO = "\u{f0000}";

const tokenAnswer = jsonOf({
  access_token: fc.constantFrom("a-token-of-piste-of-made-up-letters", ECHO),
  token_type: fc.constantFrom("Bearer", "bearer"),
  expires_in: fc.oneof(numbers, fc.constantFrom<unknown>(3600, "3600", "0", "1e3", 2 ** 53 - 1, "9007199254740991")),
  scope: fc.constantFrom("openid"),
});
const errorAnswer = jsonOf({
  error: fc.constantFrom("invalid_client", "invalid_scope", "invalid_request"),
  error_description: fc.constant(ECHO),
});
const chorusProAnswer = jsonOf({
  codeRetour: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<unknown>(0, 0, 20000, "0", 401) },
    { weight: 1, arbitrary: numbers },
  ),
  libelle: fc.constantFrom("TRA_MSG_00.000", "TRA_MSG_00.015 : rien", ECHO),
  status: fc.constantFrom("UP", "down"),
});

const answers: fc.Arbitrary<HttpAnswer> = fc.record({
  status: fc.oneof(
    fc.constantFrom(200, 200, 200, 200, 204, 302, 400, 401, 401, 403, 403, 404, 429, 500),
    fc.integer({ min: 0, max: 999 }),
  ),
  contentType: header,
  wwwAuthenticate: fc.oneof(header, fc.constantFrom(`Bearer error="x",error_description="${ECHO}"`)),
  retryAfter: header,
  body: fc.oneof(
    tokenAnswer,
    errorAnswer,
    chorusProAnswer,
    oddJson,
    hostileText,
    fc.constant(""),
    fc.constantFrom("<html>", "x".repeat(100_000)),
  ),
});

export type Reply = HttpAnswer | NetworkError;
const goodAnswers: fc.Arbitrary<HttpAnswer> = fc.record({
  status: fc.constantFrom(200, 200, 200, 401, 403),
  body: fc.constantFrom(
    '{"codeRetour":0,"libelle":"TRA_MSG_00.000","access_token":"a-token-of-piste-of-made-up-letters","expires_in":3600}',
    '{"codeRetour":20000,"libelle":"TRA_MSG_00.015"}',
    '{"codeRetour":20001}',
    "",
  ),
});
export const replies: fc.Arbitrary<Reply> = fc.oneof(
  { weight: 8, arbitrary: goodAnswers },
  { weight: 8, arbitrary: answers },
  { weight: 1, arbitrary: fc.constantFrom(...NETWORK_FAILURES).map((failure) => new NetworkError(failure)) },
);

/** Gives these answers in turn; repeats all secret parts of a request where asked. */
export function transportOf(all: readonly Reply[], requests: HttpRequest[] = []): HttpTransport {
  let asked = 0;
  return (request) => {
    requests.push(request);
    const reply = all[asked++ % all.length];
    if (reply === undefined || reply instanceof NetworkError)
      return Promise.reject(reply ?? new NetworkError("network"));
    const { headers, body = "" } = request;
    const account = Buffer.from(headers["cpro-account"] ?? "", "base64").toString("utf8");
    const form = new URLSearchParams(body);
    const secrets = [
      headers["authorization"],
      headers["cpro-account"],
      account,
      account.split(":").slice(1).join(":"),
      body,
      form.get("client_secret"),
    ];
    const echo = secrets.filter((secret) => secret).join(" ");
    const echoed = (text: string): string => text.replaceAll(ECHO, () => echo);
    const { contentType, wwwAuthenticate, retryAfter } = reply;
    return Promise.resolve({
      ...reply,
      body: echoed(reply.body),
      ...(contentType !== undefined && { contentType: echoed(contentType) }),
      ...(wwwAuthenticate !== undefined && { wwwAuthenticate: echoed(wwwAuthenticate) }),
      ...(retryAfter !== undefined && { retryAfter: echoed(retryAfter) }),
    });
  };
}

/** An application's description in SSM, or other text in its place. */
export const descriptionTexts = (environment: Environment): fc.Arbitrary<string> =>
  jsonOf({
    environment: fc.constant(environment),
    application: fc.constant("chorus-pro"),
    pisteApplicationName: fc.oneof(fc.constant("APP_SANDBOX_equipe@exemple.fr"), hostileText),
    scope: fc.constant("openid"),
    apis: fc.constantFrom(
      ["chorus-pro-transverses", "chorus-pro-structures"],
      ["chorus-pro-factures"],
      ["legifrance"],
      ["unknown", "judilibre"],
      ["chorus-pro-structures", METEO],
      ["chorus-pro-structures", { ...METEO, basePath: "/cpro/factures/v1" }],
      ["chorus-pro-structures", { ...METEO, ping: "//evil.example/x" }],
    ),
    clientSecret: fc.constant(`piste/${environment}/chorus-pro/client`),
    tokenSecret: fc.constant(`piste/${environment}/chorus-pro/token`),
    function: fc.constant(`piste-${environment}-chorus-pro-token-refresh`),
    schedule: fc.constant({ group: "g", name: "n" }),
    alarms: fc.constant([`piste-${environment}-chorus-pro-token-lapsing`]),
    accountPages: fc.constantFrom(0, 1, 1, 1, 2),
  });

export const accountTexts = (environment: Environment): fc.Arbitrary<string> =>
  textOf(
    fc.array(
      fc.constantFrom("default", "agence-2").chain((name) =>
        objectOf({
          name: fc.constant(name),
          secret: fc.constant(`piste/${environment}/chorus-pro/technical-account/${name}`),
          structure: fc.record({
            identifier: fc.oneof(fc.constant("12345678901234"), hostileText),
            identifierType: fc.oneof(fc.constantFrom("SIRET", "UE_HORS_FRANCE"), hostileText),
          }),
          usageType: hostileText,
          technicalContact: hostileText,
          passwordLifetimeInDays: fc.constantFrom(424, 1, 3650),
        }),
      ),
      { minLength: 1, maxLength: 2 },
    ),
  );

/** Labels of a secret's version, with valid and invalid dates. */
export const labels = fc.array(
  fc.oneof(
    hostileText,
    fc.constantFrom(
      "AWSCURRENT",
      "AWSPENDING",
      "REFUSED",
      "CHANGED-2026-01-01",
      "CHANGED-9999-12-31",
      "CHANGED-0000-01-01",
      "changed 1/2/26",
      "CHANGED-2026-02-30",
    ),
  ),
  { maxLength: 4 },
);

/** Errors of an SDK. */
export const awsErrors = fc
  .record({
    name: fc.oneof(
      fc.constantFrom(
        "AccessDeniedException",
        "ThrottlingException",
        "ResourceNotFoundException",
        "TimeoutError",
        "SyntaxError",
      ),
      hostileText,
    ),
    message: hostileText,
  })
  .map(({ name: code, message }) => Object.assign(new Error(message), { name: code }));

/** Characters that no log line or terminal may get: control and bidirectional ones. */
// eslint-disable-next-line no-control-regex
const DECEPTIVE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

/** The code of the first character that would control a terminal or deceive a reader. */
export function deceptiveIn(text: string): string | undefined {
  return DECEPTIVE.exec(text)?.[0].codePointAt(0)?.toString(16);
}
