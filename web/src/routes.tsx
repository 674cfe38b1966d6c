// The whole tree of addresses on one screen. Pages are loaded when they are first opened.

import { createBrowserRouter } from "react-router";
import { Crashed } from "./components/Crashed";
import { PageSkeleton } from "./components/PageSkeleton";
import { Root } from "./components/Root";
import { OperatorShell } from "./components/shell/OperatorShell";
import { PlainShell } from "./components/shell/PlainShell";
import * as workspaceShell from "./components/shell/WorkspaceShell";
import { made, page } from "./pages";

export const router = createBrowserRouter([
  {
    Component: Root,
    ErrorBoundary: Crashed,
    HydrateFallback: PageSkeleton,
    children: made([
      page("/", "home/HomePage"),
      page("/sign-in", "auth/SignInPage"),
      page("/sign-up", "auth/SignUpPage"),
      {
        Component: PlainShell,
        children: made([
          page("/workspaces", "workspaces/WorkspacesPage"),
          page("/profile", "profile/ProfilePage"),
        ]),
      },
      {
        path: "/operator",
        Component: OperatorShell,
        children: made([
          page(null, "operator/HomePage"),
          page("workspaces", "operator/WorkspacesPage"),
          page("workspaces/:target", "operator/WorkspacePage"),
          page("users", "operator/UsersPage"),
          page("prices", "operator/PricesPage"),
          page("permissions", "operator/PermissionsPage"),
          page("service-tokens", "operator/ServiceTokensPage"),
          page("service-tokens/:token", "operator/ServiceTokenPage"),
          page("settings", "operator/SettingsPage"),
          page("*", "home/NotFoundPage"),
        ]),
      },
      {
        path: "/:workspace",
        Component: workspaceShell.WorkspaceShell,
        loader: workspaceShell.loader,
        shouldRevalidate: workspaceShell.shouldRevalidate,
        children: made([
          page(null, "overview/OverviewPage"),
          page("flows", "flows/FlowsPage"),
          page("flows/:flow", "flows/FlowLayout", [
            page(null, "flows/FlowRunPage"),
            page("editor", "flows/FlowEditorPage"),
            page("versions", "flows/FlowVersionsPage"),
            page("versions/:number", "flows/FlowVersionPage"),
            page("deployments", "flows/FlowDeploymentsPage"),
            page("runs", "flows/FlowRunsPage"),
            page("api", "flows/FlowApiPage"),
          ]),
          page("runs", "runs/RunsPage"),
          page("runs/:run", "runs/RunPage"),
          page("keys", "keys/KeysPage"),
          page("keys/:key", "keys/KeyPage"),
          page("credits", "credits/CreditsPage"),
          page("credits/ledger", "credits/LedgerPage"),
          page("credits/caps", "credits/CapsPage"),
          page("usage", "usage/UsagePage"),
          page("usage/events", "usage/EventsPage"),
          page("settings", "settings/SettingsPage"),
          page("*", "home/NotFoundPage"),
        ]),
      },
      page("*", "home/NotFoundPage"),
    ]),
  },
]);
