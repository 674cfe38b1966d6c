// What can be reached from everywhere: the side bar and the command palette read it.

import {
  IconActivity,
  IconBuilding,
  IconChartBar,
  IconCoins,
  IconHome,
  IconKey,
  IconLock,
  IconPlayerPlay,
  IconRobot,
  IconRoute,
  IconSettings,
  IconTag,
  IconUser,
  IconUsers,
  type TablerIcon,
} from "@tabler/icons-react";
import type { Permission } from "./api/access";
import { isMade } from "./pages";
import { paths } from "./paths";

export interface Place {
  label: string;
  icon: TablerIcon;
  /** The file of its page; without it the place is not shown. */
  page: string;
  to: string;
  /** Without it the place is shown, but not open. */
  permission?: Permission;
  /** Only this address, and not those below it. */
  exact?: boolean;
  /** Words by which people who come from other products look for it. */
  keywords?: string[];
}

const there = (places: Place[]) => places.filter((place) => isMade(place.page));

/** The areas of a workspace. */
export function workspacePlaces(ws: string): Place[] {
  return there([
    {
      label: "Overview",
      icon: IconHome,
      page: "overview/OverviewPage",
      to: paths.overview(ws),
      exact: true,
      keywords: ["dashboard", "home"],
    },
    {
      label: "Flows",
      icon: IconRoute,
      page: "flows/FlowsPage",
      to: paths.flows(ws),
      permission: "flows:read",
      keywords: ["workflow", "saved", "pipeline"],
    },
    {
      label: "Runs",
      icon: IconPlayerPlay,
      page: "runs/RunsPage",
      to: paths.runs(ws),
      permission: "runs:read",
      keywords: ["executions", "history", "logs"],
    },
    {
      label: "API keys",
      icon: IconKey,
      page: "keys/KeysPage",
      to: paths.keys(ws),
      permission: "keys:read",
      keywords: ["credential", "token", "secret"],
    },
    {
      label: "Credits",
      icon: IconCoins,
      page: "credits/CreditsPage",
      to: paths.credits(ws),
      permission: "credits:read",
      keywords: ["balance", "remaining", "billing", "grants", "ledger"],
    },
    {
      label: "Usage",
      icon: IconChartBar,
      page: "usage/UsagePage",
      to: paths.usage(ws),
      permission: "usage:read",
      keywords: ["spend", "calls", "errors", "latency", "export"],
    },
    {
      label: "Settings",
      icon: IconSettings,
      page: "settings/SettingsPage",
      to: paths.settings(ws),
      permission: "workspace:read",
      keywords: ["team", "project", "organization", "delete", "name"],
    },
  ]);
}

/** The areas of the operator. */
export function operatorPlaces(): Place[] {
  return there([
    {
      label: "Workspaces",
      icon: IconBuilding,
      page: "operator/WorkspacesPage",
      to: paths.operator.workspaces,
      keywords: ["grants", "suspend"],
    },
    { label: "Users", icon: IconUsers, page: "operator/UsersPage", to: paths.operator.users },
    { label: "Prices", icon: IconTag, page: "operator/PricesPage", to: paths.operator.prices },
    {
      label: "Permissions",
      icon: IconLock,
      page: "operator/PermissionsPage",
      to: paths.operator.permissions,
    },
    {
      label: "Service tokens",
      icon: IconRobot,
      page: "operator/ServiceTokensPage",
      to: paths.operator.serviceTokens,
    },
    {
      label: "Instance settings",
      icon: IconActivity,
      page: "operator/SettingsPage",
      to: paths.operator.settings,
    },
  ]);
}

/** What belongs to no workspace. */
export function homePlaces(): Place[] {
  return there([
    {
      label: "Workspaces",
      icon: IconBuilding,
      page: "workspaces/WorkspacesPage",
      to: paths.workspaces,
    },
    { label: "Profile", icon: IconUser, page: "profile/ProfilePage", to: paths.profile },
  ]);
}
