/** The words of the flow language: what may stand where. The server judges; this only helps to type. */
export interface Word {
  name: string;
  /** One line about it. */
  about: string;
  /** What is typed for it; the name and a colon unless it says otherwise. `\t` is one step further in. */
  text?: string;
}

const word = (name: string, about: string, text?: string): Word => ({ name, about, text });

const COMMON = [
  word("if", "Do it only when this expression holds"),
  word("input", "What the task gets", "input:\n\t"),
  word("output", "What the task gives on", "output:\n\tas: "),
  word("export", "What is kept in $context", "export:\n\tas: "),
  word("timeout", "After how long it is given up", "timeout:\n\tafter: PT30S"),
  word("then", "Where to go next: continue, exit, end or a task"),
  word("metadata", "Notes, and settings such as metering", "metadata:\n\t"),
];

/** Keys by the place that they stand in. */
export const KEYS: Record<string, Word[]> = {
  root: [
    word("document", "What the flow is called", "document:\n\t"),
    word("input", "Schema and shape of the input", "input:\n\tschema:\n\t\tdocument:\n\t\t\t"),
    word("use", "Functions, errors, retries, secrets", "use:\n\t"),
    word("do", "The tasks, in their order", "do:\n\t- "),
    word("output", "What the flow answers", "output:\n\tas: "),
    word("timeout", "After how long the flow is given up", "timeout:\n\tafter: PT30S"),
  ],
  document: [
    word("dsl", "Version of the language", "dsl: '1.0.3'"),
    word("namespace", "Whom the flow belongs to"),
    word("name", "Its name in the document"),
    word("version", "Its own version", "version: '1.0.0'"),
    word("title", "Its name for people"),
    word("summary", "What it is for"),
    word("tags", "Words to find it by", "tags:\n\t"),
    word("metadata", "Notes and settings", "metadata:\n\t"),
  ],
  metadata: [
    word("charge_on_failure", "Failed runs cost what they used"),
    word("per_tenant", "Secrets that every tenant brings"),
    word("max_iterations", "The bound of a loop that calls outside"),
    word("metering", "What the task counts", "metering:\n\tunit: \n\tquantity: \n\tmax: "),
  ],
  use: [
    word("functions", "Tasks to call by name", "functions:\n\t"),
    word("errors", "Errors to raise by name", "errors:\n\t"),
    word("retries", "Retry policies by name", "retries:\n\t"),
    word("timeouts", "Timeouts by name", "timeouts:\n\t"),
    word("secrets", "Names of secrets that it reads", "secrets:\n\t- "),
  ],
  task: [
    word("set", "Make the data", "set:\n\t"),
    word("call", "Call HTTP or a function"),
    word("switch", "Choose where to go", "switch:\n\t- "),
    word("for", "Do something for each item", "for:\n\teach: item\n\tin: \ndo:\n\t- "),
    word("try", "Catch errors, try again", "try:\n\t- "),
    word("raise", "End with an error", "raise:\n\terror:\n\t\t"),
    word("do", "A list of tasks", "do:\n\t- "),
    ...COMMON,
  ],
  call: [word("with", "What the call is made with", "with:\n\t"), ...COMMON],
  for: [
    word("do", "What is done each time", "do:\n\t- "),
    word("while", "Go on only while this holds"),
    ...COMMON,
  ],
  try: [word("catch", "What happens with errors", "catch:\n\t"), ...COMMON],
  common: COMMON,
  loop: [
    word("each", "What an item is called"),
    word("in", "The list, as an expression"),
    word("at", "What the position is called"),
  ],
  http: [
    word("method", "get, post, put, patch, delete"),
    word("endpoint", "Address, with {name} for members of the input", "endpoint: https://"),
    word("headers", "Headers of the request", "headers:\n\t"),
    word("query", "Parameters of the address", "query:\n\t"),
    word("body", "What is sent", "body:\n\t"),
    word("output", "content, raw or response"),
    word("redirect", "Take 3xx for an answer", "redirect: true"),
  ],
  case: [word("when", "Under which condition"), word("then", "Where to go")],
  catch: [
    word("errors", "Which errors", "errors:\n\twith:\n\t\t"),
    word("as", "What the error is called"),
    word("when", "Only when this holds"),
    word("exceptWhen", "Not when this holds"),
    word("retry", "Try again", "retry:\n\t"),
    word("do", "What is done instead", "do:\n\t- "),
    word("then", "Where to go after it was handled"),
  ],
  filter: [
    word("type", "Type of the error"),
    word("status", "Its status"),
    word("title", "Its title"),
    word("detail", "Its detail"),
    word("instance", "The task that raised it"),
  ],
  retry: [
    word("delay", "How long to wait", "delay:\n\tseconds: 1"),
    word("backoff", "How the wait grows", "backoff:\n\texponential: {}"),
    word(
      "jitter",
      "By how much the wait varies",
      "jitter:\n\tfrom: {seconds: 0}\n\tto: {seconds: 1}",
    ),
    word("limit", "How often, how long", "limit:\n\tattempt:\n\t\tcount: 3"),
    word("when", "Only when this holds"),
    word("exceptWhen", "Not when this holds"),
  ],
  raise: [word("error", "A name from use.errors, or written out", "error:\n\t")],
  error: [
    word("type", "An address that names the kind of error"),
    word("status", "Its HTTP status"),
    word("title", "What happened, in general"),
    word("detail", "What happened this time"),
  ],
  taskInput: [
    word("from", "Expression that makes the input"),
    word("schema", "What the input must be like", "schema:\n\tdocument:\n\t\t"),
  ],
  taskOutput: [
    word("as", "Expression that makes the output"),
    word("schema", "What the output must be like", "schema:\n\tdocument:\n\t\t"),
  ],
  schemaHolder: [
    word("document", "A JSON Schema, written out", "document:\n\t"),
    word("resource", "A model of the workspace", "resource:\n\tendpoint: 'model:'"),
  ],
  schema: [
    word("type", "object, array, string, number, integer, boolean, null"),
    word("properties", "Members of the object", "properties:\n\t"),
    word("required", "Members that must be there", "required: []"),
    word("items", "What is in the array", "items:\n\t"),
    word("enum", "One of these", "enum: []"),
    word("const", "Exactly this"),
    word("title", "Name for people"),
    word("description", "What it is for"),
    word("default", "What a form begins with"),
    word("examples", "Good values", "examples: []"),
    word("format", "date, date-time, email, uri, uuid"),
    word("minimum", "At least"),
    word("maximum", "At most"),
    word("minLength", "At least so many characters"),
    word("maxLength", "At most so many characters"),
    word("pattern", "A regular expression"),
    word("minItems", "At least so many items"),
    word("maxItems", "At most so many items"),
    word("additionalProperties", "May there be other members?", "additionalProperties: false"),
  ],
};

/** Values by the key that they follow. */
export const VALUES: Record<string, Word[]> = {
  method: ["get", "post", "put", "patch", "delete"].map((name) => word(name, "", name)),
  type: ["object", "array", "string", "number", "integer", "boolean", "null"].map((name) =>
    word(name, "", name),
  ),
  format: ["date", "date-time", "time", "email", "uri", "uuid", "ipv4"].map((name) =>
    word(name, "", name),
  ),
  httpOutput: [
    word("content", "The body, JSON parsed", "content"),
    word("raw", "The body in base64", "raw"),
    word("response", "Status, headers and body", "response"),
  ],
  directive: [
    word("continue", "The next task", "continue"),
    word("exit", "Leave this list of tasks", "exit"),
    word("end", "End the flow, normally", "end"),
  ],
};

/** Whole tasks, for a new item of a list. */
export const TASKS: Word[] = [
  word("set", "A task that makes data", "name:\n\tset:\n\t\t"),
  word(
    "call http",
    "A task that calls an API",
    "name:\n\tcall: http\n\twith:\n\t\tmethod: get\n\t\tendpoint: https://",
  ),
  word(
    "switch",
    "A task that chooses",
    "name:\n\tswitch:\n\t\t- case:\n\t\t\t\twhen: .\n\t\t\t\tthen: end",
  ),
  word("for", "A task that repeats", "name:\n\tfor:\n\t\teach: item\n\t\tin: .\n\tdo:\n\t\t- "),
  word(
    "try",
    "A task that handles errors",
    "name:\n\ttry:\n\t\t- \n\tcatch:\n\t\tas: error\n\t\tdo:\n\t\t\t- ",
  ),
  word(
    "raise",
    "A task that ends with an error",
    "name:\n\traise:\n\t\terror:\n\t\t\ttype: https://\n\t\t\tstatus: 400\n\t\t\ttitle: ",
  ),
];

/** Keys whose value is an expression also without `${ }`. */
export const BARE_EXPRESSIONS = ["if", "when", "exceptWhen", "while", "from", "as", "in"];

export const VARIABLES: Word[] = [
  word("$context", "What export.as last gave"),
  word("$input", "The input of the task"),
  word("$output", "The output of the task"),
  word("$workflow", "id, definition, input, startedAt"),
  word("$workflow.input", "The input of the flow, as it came"),
  word("$task", "name, reference, definition, input, output, startedAt"),
  word("$runtime", "name, version, metadata"),
  word("$secrets", "The secrets listed in use.secrets"),
  word("$env", "Variables of the environment"),
  word("$tenant", "id, slug, metadata; or null"),
];

export const FUNCTIONS: Word[] = [
  word("map", "Each item by an expression", "map()"),
  word("select", "Only where it holds", "select()"),
  word("length", "How long", "length"),
  word("keys", "Names of the members", "keys"),
  word("has", "Is there such a member?", "has()"),
  word("add", "The sum of all", "add"),
  word("join", "One text of a list", 'join(", ")'),
  word("split", "A list of a text", 'split(",")'),
  word("test", "Does a pattern fit?", "test()"),
  word("sub", "Replace the first", "sub(; )"),
  word("gsub", "Replace all", "gsub(; )"),
  word("tostring", "As a text", "tostring"),
  word("tonumber", "As a number", "tonumber"),
  word("round", "The nearest whole number", "round"),
  word("floor", "The whole number below", "floor"),
  word("min", "The smallest", "min"),
  word("max", "The largest", "max"),
  word("sort_by", "In an order", "sort_by(.)"),
  word("group_by", "In groups", "group_by(.)"),
  word("unique", "Each once", "unique"),
  word("first", "The first", "first"),
  word("last", "The last", "last"),
  word("to_entries", "Members as a list", "to_entries"),
  word("from_entries", "A list as members", "from_entries"),
  word("now", "The clock of the run", "now"),
  word("ascii_downcase", "In small letters", "ascii_downcase"),
  word("ascii_upcase", "In capitals", "ascii_upcase"),
  word("not", "The opposite", "not"),
  word("if then else", "One or the other", "if  then  else  end"),
];
