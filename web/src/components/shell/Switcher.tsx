import {
  Avatar,
  Button,
  Divider,
  Popover,
  ScrollArea,
  Text,
  TextInput,
  UnstyledButton,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCheck, IconPlus, IconSearch, IconSelector } from "@tabler/icons-react";
import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { read } from "~/api/queries";
import type { Workspace } from "~/api/types";
import { paths } from "~/paths";
import { Credits } from "~/ui/Credits";
import { Later } from "~/ui/later";
import { useMyWorkspaces } from "../me";

const dialog = () => import("../CreateWorkspace");

/** So many show their credits; each costs a request. */
const CREDITS_MAX = 20;
const SEARCH_FROM = 6;

/** Top left: the workspace that is open, all others with role and credits, and a new one. */
export function Switcher({ current }: { current: Workspace }) {
  const [opened, { toggle, close }] = useDisclosure();
  const [isCreating, create] = useDisclosure();
  return (
    <>
      <Popover
        opened={opened}
        onChange={(isOpen) => !isOpen && close()}
        position="bottom-start"
        width={320}
        shadow="md"
        trapFocus
      >
        <Popover.Target>
          <UnstyledButton
            className="switcher"
            onClick={toggle}
            aria-label={`Workspace ${current.name}. Switch`}
            aria-haspopup="dialog"
            aria-expanded={opened}
          >
            <Avatar size={28} radius="sm" name={current.name} color="guild" className="avatar" />
            <span style={{ minWidth: 0, flex: 1 }}>
              <Text fw={600} className="truncate" lh={1.25}>
                {current.name}
              </Text>
              <Text size="xs" c="dimmed" className="truncate" lh={1.25}>
                {current.role}
              </Text>
            </span>
            <IconSelector size={14} aria-hidden />
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown p={6} aria-label="Workspaces">
          <Others
            current={current}
            onChosen={close}
            onCreate={() => {
              close();
              create.open();
            }}
          />
        </Popover.Dropdown>
      </Popover>
      <Later load={dialog} when={isCreating}>
        {({ CreateWorkspace }) => <CreateWorkspace opened={isCreating} onClose={create.close} />}
      </Later>
    </>
  );
}

function Others({
  current,
  onChosen,
  onCreate,
}: {
  current: Workspace;
  onChosen: () => void;
  onCreate: () => void;
}) {
  const { data } = useMyWorkspaces();
  const [wanted, setWanted] = useState("");
  const all = data?.items ?? [];
  const found = all.filter((one) =>
    `${one.name} ${one.slug}`.toLowerCase().includes(wanted.trim().toLowerCase()),
  );
  const credits = useQueries({
    queries: found.slice(0, CREDITS_MAX).map((one) => read("/v1/credits", { workspace: one.slug })),
  });
  return (
    <>
      {all.length >= SEARCH_FROM && (
        <TextInput
          size="xs"
          mb={6}
          placeholder="Find a workspace"
          aria-label="Find a workspace"
          leftSection={<IconSearch size={14} aria-hidden />}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      )}
      <ScrollArea.Autosize mah={320} type="auto">
        <nav aria-label="Your workspaces">
          {found.map((one, index) => (
            <Link
              key={one.id}
              to={paths.overview(one.slug)}
              className="place"
              aria-current={one.id === current.id ? "true" : undefined}
              onClick={onChosen}
            >
              <Avatar size={24} radius="sm" name={one.name} color="guild" className="avatar" />
              <span style={{ minWidth: 0, flex: 1 }}>
                <Text className="truncate" lh={1.25}>
                  {one.name}
                </Text>
                <Text size="xs" c="dimmed" lh={1.25}>
                  {one.role}
                  {credits[index]?.data && (
                    <>
                      {" · "}
                      <Credits value={credits[index].data.available} unit />
                    </>
                  )}
                </Text>
              </span>
              {one.id === current.id && <IconCheck size={14} aria-label="Open now" />}
            </Link>
          ))}
        </nav>
        {found.length === 0 && data && (
          <Text size="sm" c="dimmed" p="xs">
            No workspace of yours has this name.
          </Text>
        )}
      </ScrollArea.Autosize>
      <Divider my={6} />
      <Button
        variant="subtle"
        color="gray"
        fullWidth
        justify="flex-start"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={onCreate}
      >
        Create workspace
      </Button>
      <Button
        component={Link}
        to={paths.workspaces}
        variant="subtle"
        color="gray"
        fullWidth
        justify="flex-start"
        onClick={onChosen}
      >
        All workspaces
      </Button>
    </>
  );
}
