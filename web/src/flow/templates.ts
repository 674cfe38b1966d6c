/** A flow to begin with. */
export interface Template {
  id: string;
  title: string;
  about: string;
  definition: (name: string) => string;
}

/** The head of a definition; the name has to be one of a document: small letters, digits, hyphens. */
function head(name: string): string {
  const slug = name
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60)
    .replace(/-+$/, "");
  return `document:
  dsl: '1.0.3'
  namespace: flows
  name: ${/^[a-z]/.test(slug) ? slug : "flow"}
  version: '1.0.0'
`;
}

export const TEMPLATES: Template[] = [
  {
    id: "hello",
    title: "Hello",
    about: "One task that makes an answer from the input.",
    definition: (name) => `${head(name)}input:
  schema:
    document:
      type: object
      required: [name]
      properties:
        name:
          type: string
          description: Whom to greet
          examples: [Ada]
do:
  - greet:
      set:
        greeting: '\${ "Hello, \\(.name)!" }'
`,
  },
  {
    id: "call",
    title: "Call an API",
    about: "An HTTP call with retries, and an answer of its own when the other side is down.",
    definition: (name) => `${head(name)}input:
  schema:
    document:
      type: object
      required: [id]
      properties:
        id:
          type: integer
          minimum: 1
          description: Which entry
          examples: [1]
do:
  - fetch:
      try:
        - get:
            call: http
            with:
              method: get
              # {id} is the id of the input.
              endpoint: https://jsonplaceholder.typicode.com/todos/{id}
            output:
              as: '{found: true, title: .title, done: .completed}'
      catch:
        errors:
          with:
            type: https://serverlessworkflow.io/spec/1.0.0/errors/communication
        as: problem
        retry:
          delay:
            seconds: 1
          backoff:
            exponential: {}
          limit:
            attempt:
              count: 2
        do:
          - sayWhy:
              set:
                found: false
                reason: '\${ $problem.title // "The other side could not be reached" }'
`,
  },
  {
    id: "decide",
    title: "Decide",
    about: "A switch that sends an order one of three ways, and refuses what it cannot take.",
    definition: (name) => `${head(name)}input:
  schema:
    document:
      type: object
      required: [total, country]
      properties:
        total:
          type: number
          minimum: 0
          examples: [120]
        country:
          type: string
          enum: [DE, FR, US]
do:
  - choose:
      switch:
        - large:
            when: .total >= 1000
            then: review
        - abroad:
            when: .country == "US"
            then: customs
        - usual:
            then: accept
  - review:
      set: '\${ . + {state: "review", reason: "large order"} }'
      then: end
  - customs:
      set: '\${ . + {state: "customs"} }'
      then: end
  - accept:
      set: '\${ . + {state: "accepted"} }'
`,
  },
  {
    id: "loop",
    title: "Loop over a list",
    about: "Adds up the lines of an order, one after the other.",
    definition: (name) => `${head(name)}input:
  schema:
    document:
      type: object
      required: [lines]
      properties:
        lines:
          type: array
          maxItems: 100
          items:
            type: object
            required: [price, count]
            properties:
              price: {type: number, minimum: 0}
              count: {type: integer, minimum: 1}
          examples:
            - - {price: 3.5, count: 2}
              - {price: 10, count: 1}
do:
  - start:
      set:
        lines: '\${ .lines }'
        total: 0
  - each:
      for:
        each: line
        in: .lines
      do:
        - add:
            set: '\${ .total += $line.price * $line.count }'
      output:
        as: '{total, count: (.lines | length)}'
`,
  },
  {
    id: "guard",
    title: "Check and refuse",
    about: "Named errors, a function of its own, and a clear refusal with a status.",
    definition: (name) => `${head(name)}input:
  schema:
    document:
      type: object
      required: [net]
      properties:
        net: {type: number, examples: [100]}
        rate: {type: number, default: 19, minimum: 0, maximum: 100}
use:
  errors:
    negative:
      type: https://example.com/errors/negative-amount
      status: 422
      title: The amount must not be negative
  functions:
    addTax:
      set:
        gross: '\${ .net * (100 + .rate) / 100 | round }'
do:
  - refuseNegative:
      if: .net < 0
      raise:
        error: negative
  - tax:
      call: addTax
      with:
        net: '\${ .net }'
        rate: '\${ .rate // 19 }'
`,
  },
  {
    id: "empty",
    title: "Empty",
    about: "Only the head of a definition.",
    definition: (name) => `${head(name)}do:
  - first:
      set: '\${ . }'
`,
  },
];
