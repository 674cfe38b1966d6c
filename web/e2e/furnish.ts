// A workspace as one looks after a while: what pictures show, and what the bench opens.

import { request } from "@playwright/test";
import { GREETING, Person, signUp } from "./fixture";

/** Names and ids that addresses are made from. */
export interface Furnished {
  person: Person;
  /** A flow with two versions, live, called often. */
  flow: string;
  /** A flow of many tasks, with an unsaved draft over its version. */
  large: string;
  key: string;
  run: string;
  failedRun: string;
  event: string;
}

/** Ends in an error after two steps that went well. */
const STOCK = `document: { dsl: '1.0.3', namespace: shop, name: reserve-stock, version: '1.0.0' }
do:
  - each:
      for: { each: number, in: '\${ [1, 2] }' }
      do:
        - add: { set: '\${ { sum: ((.sum // 0) + $number) } }' }
  - refuse:
      raise:
        error:
          type: https://example.com/errors/sold-out
          status: 410
          title: Sold out
          detail: Nothing of this article is left.
`;

/** Twenty tasks with switch, for and try. */
const LEAD = `document:
  dsl: '1.0.3'
  namespace: sales
  name: score-a-lead
  version: '1.2.0'
input:
  schema:
    format: json
    document:
      type: object
      required: [company, employees, country]
      properties:
        company: { type: string, minLength: 1, examples: [Analytical Engines] }
        employees: { type: integer, minimum: 1, examples: [120] }
        country: { type: string, enum: [DE, FR, GB, US] }
        signals: { type: array, items: { type: string }, examples: [[pricing page, trial]] }
do:
  - prepare:
      set: '\${ . + { score: 0, reasons: [] } }'
  - enrich:
      try:
        - lookUp:
            set: '\${ . + { industry: "software" } }'
        - normalize:
            set: '\${ .company |= ascii_downcase }'
      catch:
        as: problem
        do:
          - withoutIndustry:
              set: '\${ . + { industry: null } }'
  - bySize:
      switch:
        - large: { when: .employees >= 1000, then: largeCompany }
        - middle: { when: .employees >= 50, then: middleCompany }
        - small: { then: smallCompany }
  - largeCompany:
      set: '\${ .score += 50 }'
      then: eachSignal
  - middleCompany:
      set: '\${ .score += 30 }'
      then: eachSignal
  - smallCompany:
      set: '\${ .score += 10 }'
  - eachSignal:
      for: { each: signal, in: '\${ .signals // [] }' }
      do:
        - weigh:
            set: '\${ .score += 5 }'
        - remember:
            set: '\${ .reasons += [$signal] }'
  - byCountry:
      switch:
        - home: { when: .country == "DE", then: home }
        - near: { when: .country == "FR", then: near }
        - far: { then: far }
  - home:
      set: '\${ .score += 20 }'
      then: decide
  - near:
      set: '\${ .score += 10 }'
      then: decide
  - far:
      set: '\${ .score += 5 }'
  - decide:
      switch:
        - hot: { when: .score >= 60, then: hot }
        - cold: { then: cold }
  - hot:
      set: '\${ . + { stage: "hot", owner: "sales" } }'
      then: answer
  - cold:
      set: '\${ . + { stage: "nurture", owner: "marketing" } }'
  - answer:
      set: '\${ { company, score, stage, owner, reasons } }'
`;

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

interface Listed {
  items: { id: string; state: string; name: string; kind: string }[];
}

/** Makes the workspace Acme of the operator, with `calls` calls in it. */
export async function furnish(operator: Person, url: string, calls: number): Promise<Furnished> {
  const made = await operator.call<{ id: string; slug: string }>("POST", "/v1/workspaces", {
    name: "Acme",
    description: "Leads, mails and stock of the shop",
  });
  const person = new Person(operator.api, operator.email, operator.name, made.slug, made.id);
  await fund(person);
  const flow = await person.deployFlow("Welcome mail", GREETING);
  const large = await person.deployFlow("Score a lead", LEAD);
  const stock = await person.deployFlow("Reserve stock", STOCK);
  await person.call("POST", "/v1/flows", { name: "Look up a company", definition: GREETING });
  await person.call("POST", `/v1/flows/${flow}/versions`, {
    definition: GREETING.replace("Hello", "Welcome"),
    comment: "Friendlier words",
  });
  await person.call("POST", `/v1/flows/${flow}/deployments`, {
    environment: "production",
    version: 2,
    note: "Asked for by the shop",
  });
  const keys = [
    await person.key({ name: "Nightly import", expires_at: inDays(12) }),
    await person.key({ name: "Partner portal", rate_limit_per_minute: 600 }),
    await person.key({ name: "Staging", kind: "test", rate_limit_per_minute: 60 }),
    await person.key({ name: "Checkout service", description: "The shop's till" }),
  ];
  await call(url, { flow, large, stock }, keys, calls);
  await person.call("PUT", "/v1/caps", {
    subject_kind: "workspace",
    period: "month",
    credits: "5000",
  });
  const runs = await person.call<Listed>("GET", `/v1/runs?flow=${large}`);
  const failed = await person.call<Listed>("GET", "/v1/runs?state=failed");
  const listed = await person.call<Listed>("GET", "/v1/keys");
  const events = await person.call<Listed>("GET", "/v1/usage/events?limit=1");
  return {
    person,
    flow,
    large,
    key: listed.items.find(({ name }) => name === "Checkout service")?.id ?? "",
    run: runs.items[0]?.id ?? "",
    failedRun: failed.items[0]?.id ?? "",
    event: events.items[0]?.id ?? "",
  };
}

/** What only the operator sees: people, prices, permissions, service tokens. */
export async function furnishInstance(person: Person, url: string) {
  for (const name of ["Grace Hopper", "Edsger Dijkstra", "Barbara Liskov"]) {
    const api = await request.newContext({ baseURL: url });
    await signUp(api, name);
    await api.dispose();
  }
  for (const [subject, credits, per] of [
    ["companies:search", "0.25", 1],
    ["companies:export", "12", 1000],
  ])
    await person.call("PUT", "/v1/operator/prices", { kind: "resource", subject, credits, per });
  for (const [name, description] of [
    ["companies:search", "Search the register of companies"],
    ["companies:export", "Take lists of companies along"],
  ])
    await person.call("POST", "/v1/operator/permissions", { name, description });
  await person.call("POST", "/v1/operator/service-tokens", {
    name: "Back office",
    description: "Grants and refunds of the support",
    addresses: ["203.0.113.0/24"],
    rate_limit_per_minute: 600,
  });
  await person.call("POST", "/v1/operator/service-tokens", {
    name: "Search cluster",
    expires_at: inDays(90),
  });
}

async function fund(person: Person) {
  const grants = `/v1/operator/workspaces/${person.ws}/grants`;
  for (const grant of [
    { credits: "2500", source: "purchase", note: "Invoice 2026-0117" },
    { credits: "250", source: "promotion", note: "A start", expires_at: inDays(20) },
    { credits: "1000", source: "purchase", note: "Next quarter", effective_at: inDays(40) },
  ])
    await person.call("POST", grants, grant);
}

/** Calls as programs make them: most go well, some are refused by the flow, some by its input schema. */
async function call(
  url: string,
  { flow, large, stock }: { flow: string; large: string; stock: string },
  keys: string[],
  times: number,
) {
  const api = await request.newContext({ baseURL: url });
  const names = ["Ada", "Grace", "Edsger", "Barbara", "Donald"];
  for (let done = 0; done < times; done += 1) {
    const name = names[done % names.length];
    const [slug, data] =
      done % 11 === 6
        ? [stock, {}]
        : done % 3 === 2
          ? [
              large,
              {
                company: `${name} & Co`,
                employees: 20 * (done + 1),
                country: "FR",
                signals: ["trial"],
              },
            ]
          : [flow, done % 13 === 9 ? {} : { name }];
    await api.post(`/v1/flows/${slug}/call`, {
      headers: { authorization: `Bearer ${keys[done % keys.length]}` },
      data,
    });
  }
  await api.dispose();
}
