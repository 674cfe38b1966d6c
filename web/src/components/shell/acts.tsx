// What can be done from anywhere, for the command palette.

import { useMantineColorScheme } from "@mantine/core";
import {
  IconBuilding,
  IconCoins,
  IconFileText,
  IconGauge,
  IconKey,
  IconKeyboard,
  IconLock,
  IconLogout,
  IconMoon,
  IconPlus,
  IconRobot,
  IconRoute,
  IconServer,
  IconSun,
  IconSunMoon,
  IconTag,
  IconUser,
  type TablerIcon,
} from "@tabler/icons-react";
import { useNavigate, useParams } from "react-router";
import { may, missing, type Permission } from "~/api/access";
import type { Workspace } from "~/api/types";
import { operatorPlaces, type Place } from "~/navigation";
import { paths } from "~/paths";
import { useMe, useMyWorkspaces } from "../me";
import { showKeys } from "./Keys";
import { useSignOut } from "./useSignOut";

/** Something that the palette offers. */
export interface Act {
  id: string;
  label: string;
  icon: TablerIcon;
  /** More about it: an address, or why it is off. */
  about?: string;
  /** Words by which people who come from other products look for it. */
  keywords?: string[];
  isOff?: boolean;
  run: () => void;
}

/** The groups of the palette in their order. */
export function useActs(places: Place[]): { group: string; acts: Act[] }[] {
  const navigate = useNavigate();
  const { workspace: slug } = useParams();
  const { data: me } = useMe();
  const { data: mine } = useMyWorkspaces();
  const signOut = useSignOut();
  const { setColorScheme } = useMantineColorScheme();
  const go = (to: string) => () => void navigate(to);
  const here = mine?.items.find((one) => one.slug === slug);
  const isOperator = Boolean(me?.operator_since);
  const isAtOperator = places.some(({ to }) => to.startsWith(paths.operator.home));

  const place = ({ to, label, icon, keywords = [], permission }: Place): Act => ({
    id: to,
    label,
    icon,
    keywords,
    run: go(to),
    ...offOf(here, permission),
  });
  const act = (
    label: string,
    icon: TablerIcon,
    run: string | (() => void),
    more: { keywords?: string[]; permission?: Permission } = {},
  ): Act => ({
    id: label,
    label,
    icon,
    keywords: more.keywords ?? [],
    run: typeof run === "string" ? go(run) : run,
    ...offOf(here, more.permission),
  });

  const pages = [
    ...places.map(place),
    ...(slug ? within(slug).map(place) : []),
    ...[
      {
        ...act("All workspaces", IconBuilding, paths.workspaces, { keywords: ["switch", "teams"] }),
        to: paths.workspaces,
      },
      {
        ...act("Profile", IconUser, paths.profile, { keywords: ["password", "sessions"] }),
        to: paths.profile,
      },
    ].filter(({ to }) => !places.some((one) => one.to === to)),
  ];
  const acts = [
    ...(slug
      ? [
          act("Create API key", IconKey, paths.newKey(slug), {
            permission: "keys:create",
            keywords: ["credential", "token"],
          }),
          act("Create flow", IconRoute, paths.newFlow(slug), {
            permission: "flows:write",
            keywords: ["workflow"],
          }),
          act("Set cap", IconGauge, paths.newCap(slug), {
            permission: "billing:manage",
            keywords: ["budget", "limit", "spending"],
          }),
        ]
      : []),
    act("Create workspace", IconPlus, paths.newWorkspace, { keywords: ["team", "project"] }),
    act("Light colours", IconSun, () => setColorScheme("light"), { keywords: SCHEME }),
    act("Dark colours", IconMoon, () => setColorScheme("dark"), { keywords: SCHEME }),
    act("Colours of the system", IconSunMoon, () => setColorScheme("auto"), { keywords: SCHEME }),
    act("Keyboard shortcuts", IconKeyboard, showKeys, { keywords: ["hotkeys"] }),
    act("API documentation", IconFileText, () => window.location.assign(paths.docs)),
    act("Sign out", IconLogout, () => void signOut(), { keywords: ["log out"] }),
  ];
  const operator = isOperator
    ? [
        ...(isAtOperator
          ? []
          : operatorPlaces().map((one) => ({
              ...place(one),
              label: `Operator: ${one.label}`,
              icon: IconServer,
            }))),
        act("Grant credits", IconCoins, paths.operator.workspaces, { keywords: ["top up"] }),
        act("Set price", IconTag, paths.operator.newPrice),
        act("Register permission", IconLock, paths.operator.newPermission),
        act("Create service token", IconRobot, paths.operator.newServiceToken),
      ]
    : [];
  const others = (mine?.items ?? [])
    .filter((one) => one.slug !== slug)
    .map((one) => ({
      id: one.id,
      label: one.name,
      about: one.slug,
      icon: IconBuilding,
      keywords: ["workspace", "switch"],
      run: go(paths.overview(one.slug)),
    }));
  return [
    { group: "Pages", acts: pages },
    { group: "Acts", acts },
    { group: "Switch workspace", acts: others },
    { group: "Operator", acts: operator },
  ].filter((one) => one.acts.length > 0);
}

const SCHEME = ["theme", "colour scheme", "color scheme", "dark mode", "light mode"];

/** Pages of the workspace that stand behind others. */
const within = (slug: string): Place[] => [
  {
    label: "Ledger",
    icon: IconCoins,
    page: "credits/LedgerPage",
    to: paths.ledger(slug),
    permission: "credits:read",
    keywords: ["credits", "transactions"],
  },
  {
    label: "Caps",
    icon: IconGauge,
    page: "credits/CapsPage",
    to: paths.caps(slug),
    permission: "credits:read",
    keywords: ["credits", "budget", "limit"],
  },
  {
    label: "Calls",
    icon: IconFileText,
    page: "usage/EventsPage",
    to: paths.usageEvents(slug),
    permission: "usage:read",
    keywords: ["usage", "events", "refused"],
  },
];

function offOf(here: Workspace | undefined, permission: Permission | undefined) {
  if (!here || !permission || may(here.role, permission)) return {};
  return { isOff: true, about: missing(here.role, permission) };
}
