import {
  Spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
} from "@mantine/spotlight";
import {
  IconBuilding,
  IconFileText,
  IconKey,
  IconLogout,
  IconPlus,
  IconServer,
  IconUser,
} from "@tabler/icons-react";
import { useNavigate, useParams } from "react-router";
import { operatorPlaces, type Place } from "~/navigation";
import { isMade } from "~/pages";
import { paths } from "~/paths";
import { useMe, useMyWorkspaces } from "../me";
import { useSignOut } from "./useSignOut";

const ICON = { size: 18, stroke: 1.5, "aria-hidden": true } as const;

/** Ctrl/Cmd-K: every page and the common acts, by their names and by what others call them. */
export function Palette({ places }: { places: Place[] }) {
  const navigate = useNavigate();
  const { workspace } = useParams();
  const { data: me } = useMe();
  const { data: mine } = useMyWorkspaces();
  const signOut = useSignOut();
  const go = (to: string) => () => void navigate(to);

  const pages: SpotlightActionData[] = places.map((place) => ({
    id: place.to,
    label: place.label,
    leftSection: <place.icon {...ICON} />,
    keywords: place.keywords ?? [],
    onClick: go(place.to),
  }));
  const acts: SpotlightActionData[] = [
    ...(workspace && isMade("keys/KeysPage")
      ? [
          {
            id: "new-key",
            label: "Create API key",
            leftSection: <IconKey {...ICON} />,
            onClick: go(paths.newKey(workspace)),
          },
        ]
      : []),
    ...(workspace && isMade("flows/FlowsPage")
      ? [
          {
            id: "new-flow",
            label: "Create flow",
            leftSection: <IconPlus {...ICON} />,
            keywords: ["workflow"],
            onClick: go(paths.newFlow(workspace)),
          },
        ]
      : []),
    {
      id: "new-workspace",
      label: "Create workspace",
      leftSection: <IconPlus {...ICON} />,
      keywords: ["team", "project"],
      onClick: go(paths.newWorkspace),
    },
    ...(isMade("profile/ProfilePage")
      ? [
          {
            id: "profile",
            label: "Profile",
            leftSection: <IconUser {...ICON} />,
            keywords: ["password", "sessions", "account"],
            onClick: go(paths.profile),
          },
        ]
      : []),
    {
      id: "docs",
      label: "API documentation",
      leftSection: <IconFileText {...ICON} />,
      onClick: () => window.location.assign(paths.docs),
    },
    { id: "sign-out", label: "Sign out", leftSection: <IconLogout {...ICON} />, onClick: signOut },
  ];
  const others: SpotlightActionData[] = (mine?.items ?? [])
    .filter((one) => one.slug !== workspace)
    .map((one) => ({
      id: one.id,
      label: one.name,
      description: one.slug,
      leftSection: <IconBuilding {...ICON} />,
      keywords: ["workspace", "switch"],
      onClick: go(paths.overview(one.slug)),
    }));
  const operator: SpotlightActionData[] =
    me?.operator_since && !places.some(({ to }) => to.startsWith(paths.operator.home))
      ? operatorPlaces().map((place) => ({
          id: place.to,
          label: `Operator: ${place.label}`,
          leftSection: <IconServer {...ICON} />,
          keywords: place.keywords ?? [],
          onClick: go(place.to),
        }))
      : [];
  const groups: SpotlightActionGroupData[] = [
    { group: "Pages", actions: pages },
    { group: "Acts", actions: acts },
    { group: "Workspaces", actions: others },
    { group: "Operator", actions: operator },
  ].filter(({ actions }) => actions.length > 0);

  return (
    <Spotlight
      actions={groups}
      shortcut={["mod + K"]}
      nothingFound="Nothing has this name."
      highlightQuery
      scrollable
      maxHeight={420}
      searchProps={{
        placeholder: "Go to a page or do something",
        "aria-label": "Go to a page or do something",
      }}
    />
  );
}
