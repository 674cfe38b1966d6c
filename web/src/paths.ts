// Every address of the console. Links are made here and nowhere else.

const at = (...parts: string[]) => `/${parts.map(encodeURIComponent).join("/")}`;

export const paths = {
  home: "/",
  signIn: (to?: string) => `/sign-in${to && to !== "/" ? `?${new URLSearchParams({ to })}` : ""}`,
  signUp: (to?: string) => `/sign-up${to && to !== "/" ? `?${new URLSearchParams({ to })}` : ""}`,
  workspaces: "/workspaces",
  newWorkspace: "/workspaces?new",
  profile: "/profile",
  docs: "/docs",

  overview: (ws: string) => at(ws),
  flows: (ws: string) => at(ws, "flows"),
  newFlow: (ws: string) => `${at(ws, "flows")}?new`,
  flow: (ws: string, flow: string) => at(ws, "flows", flow),
  flowEditor: (ws: string, flow: string) => at(ws, "flows", flow, "editor"),
  flowVersions: (ws: string, flow: string) => at(ws, "flows", flow, "versions"),
  flowVersion: (ws: string, flow: string, number: number) =>
    at(ws, "flows", flow, "versions", String(number)),
  flowDeployments: (ws: string, flow: string) => at(ws, "flows", flow, "deployments"),
  flowRuns: (ws: string, flow: string) => at(ws, "flows", flow, "runs"),
  flowApi: (ws: string, flow: string) => at(ws, "flows", flow, "api"),
  runs: (ws: string) => at(ws, "runs"),
  run: (ws: string, run: string) => at(ws, "runs", run),
  keys: (ws: string) => at(ws, "keys"),
  newKey: (ws: string) => `${at(ws, "keys")}?new`,
  key: (ws: string, key: string) => at(ws, "keys", key),
  credits: (ws: string) => at(ws, "credits"),
  ledger: (ws: string) => at(ws, "credits", "ledger"),
  caps: (ws: string) => at(ws, "credits", "caps"),
  newCap: (ws: string) => `${at(ws, "credits", "caps")}?new`,
  usage: (ws: string) => at(ws, "usage"),
  usageEvents: (ws: string, query?: Query) => withQuery(at(ws, "usage", "events"), query),
  usageEvent: (ws: string, event: string) => withQuery(at(ws, "usage", "events"), { event }),
  settings: (ws: string) => at(ws, "settings"),

  operator: {
    home: "/operator",
    workspaces: "/operator/workspaces",
    workspace: (ws: string) => at("operator", "workspaces", ws),
    users: "/operator/users",
    prices: "/operator/prices",
    newPrice: "/operator/prices?new",
    permissions: "/operator/permissions",
    newPermission: "/operator/permissions?new",
    serviceTokens: "/operator/service-tokens",
    serviceToken: (token: string) => at("operator", "service-tokens", token),
    newServiceToken: "/operator/service-tokens?new",
    settings: "/operator/settings",
  },
} as const;

type Query = Record<string, string | undefined>;

/** What is undefined is left out. */
function withQuery(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]));
  const text = new URLSearchParams(given).toString();
  return text ? `${path}?${text}` : path;
}

/** Where the API gives a file; the workspace goes along, because a link sends no header. */
export const download = (path: `/v1/${string}`, query: Query) => withQuery(path, query);

/** Where to go after signing in: a path of ours and never another site. */
export function safeReturn(to: string | null): string | null {
  if (!to?.startsWith("/") || to.startsWith("//") || to.includes("\\")) return null;
  return to;
}

/** The address as it stands, for coming back. */
export function here(): string {
  return window.location.pathname + window.location.search + window.location.hash;
}
