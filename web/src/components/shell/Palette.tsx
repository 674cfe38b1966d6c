import { Spotlight } from "@mantine/spotlight";
import { IconKey, IconRoute } from "@tabler/icons-react";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { useRead } from "~/api/queries";
import type { Place } from "~/navigation";
import { paths } from "~/paths";
import { type Act, useActs } from "./acts";

const ICON = { size: 18, stroke: 1.5, "aria-hidden": true } as const;
const ALL = { query: { limit: 200 } };
/** Of more there is no seeing through them; typing narrows. */
const SHOWN_MAX = 60;

/** Ctrl/Cmd-K: every page, every flow and key, and the common acts, by their names and by what others call them. */
export function Palette({ places }: { places: Place[] }) {
  const [isOpen, setOpen] = useState(false);
  const acts = useActs(places);
  const things = useThings(isOpen);
  return (
    <Spotlight
      actions={[...acts, ...things].map((one) => ({
        group: one.group,
        actions: one.acts.map(({ id, label, about, icon: Icon, keywords, isOff, run }) => ({
          id,
          label,
          leftSection: <Icon {...ICON} />,
          keywords: keywords ?? [],
          onClick: run,
          ...(about ? { description: about } : {}),
          ...(isOff ? { disabled: true } : {}),
        })),
      }))}
      shortcut={["mod + K"]}
      nothingFound="Nothing has this name."
      limit={SHOWN_MAX}
      highlightQuery
      scrollable
      maxHeight={420}
      onSpotlightOpen={() => setOpen(true)}
      onSpotlightClose={() => setOpen(false)}
      searchProps={{
        placeholder: "Go to a page or do something",
        "aria-label": "Go to a page or do something",
      }}
    />
  );
}

/** The flows and keys of the workspace, read when somebody looks for them. */
function useThings(isOpen: boolean): { group: string; acts: Act[] }[] {
  const navigate = useNavigate();
  const { workspace: ws } = useParams();
  const enabled = isOpen && ws !== undefined;
  const flows = useRead("/v1/flows", ALL, { enabled });
  const keys = useRead("/v1/keys", ALL, { enabled });
  if (!ws) return [];
  return [
    {
      group: "Flows",
      acts: (flows.data?.items ?? []).map(({ id, slug, name }) => ({
        id,
        label: name,
        about: slug,
        icon: IconRoute,
        run: () => void navigate(paths.flow(ws, slug)),
      })),
    },
    {
      group: "API keys",
      acts: (keys.data?.items ?? []).map(({ id, name, prefix, last_four }) => ({
        id,
        label: name,
        about: `${prefix}…${last_four}`,
        icon: IconKey,
        run: () => void navigate(paths.key(ws, id)),
      })),
    },
  ].filter(({ acts }) => acts.length > 0);
}
