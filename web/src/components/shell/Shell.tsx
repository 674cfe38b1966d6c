import {
  ActionIcon,
  AppShell,
  Box,
  Burger,
  Group,
  ScrollArea,
  Text,
  Tooltip,
  UnstyledButton,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { openSpotlight } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { type ReactNode, useEffect } from "react";
import { NavLink as RouterLink, useLocation } from "react-router";
import type { Place } from "~/navigation";
import mark from "../../mark.svg";
import { Keys } from "./Keys";
import { Palette } from "./Palette";
import { UserMenu } from "./UserMenu";

interface Props {
  /** Top left: the switcher, or where one is. */
  top: ReactNode;
  places: Place[];
  /** Why a place is not open to this person. */
  reason?: (place: Place) => string | null;
  children: ReactNode;
}

/** Side bar and page; on a phone a bar on top that opens it. */
export function Shell({ top, places, reason, children }: Props) {
  const [opened, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: going elsewhere closes the menu
  useEffect(close, [pathname]);
  return (
    <AppShell
      layout="alt"
      padding={{ base: "md", sm: "xl" }}
      header={{ height: { base: 48, sm: 0 } }}
      navbar={{ width: 236, breakpoint: "sm", collapsed: { mobile: !opened } }}
      transitionDuration={0}
    >
      <a className="skip" href="#page">
        Skip to the page
      </a>
      <AppShell.Header hiddenFrom="sm" className="side">
        <Group h="100%" px="sm" gap="xs" wrap="nowrap">
          <Burger
            opened={opened}
            onClick={toggle}
            size="sm"
            aria-label={opened ? "Close the menu" : "Open the menu"}
            aria-expanded={opened}
          />
          <Group gap={8} wrap="nowrap" flex={1}>
            <img src={mark} alt="" width={20} height={20} />
            <Text fw={600}>Guildhall</Text>
          </Group>
          <ActionIcon variant="subtle" color="gray" aria-label="Search" onClick={openSpotlight}>
            <IconSearch size={18} aria-hidden />
          </ActionIcon>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className="side" p="sm" aria-label="Main">
        <Group wrap="nowrap" gap="xs" hiddenFrom="sm" mb="xs">
          <Burger opened onClick={close} size="sm" aria-label="Close the menu" />
        </Group>
        {top}
        <UnstyledButton className="search" onClick={openSpotlight} my="sm">
          <IconSearch size={14} aria-hidden />
          <span>Search</span>
          <kbd>{isApple() ? "⌘K" : "Ctrl K"}</kbd>
        </UnstyledButton>
        <AppShell.Section grow component={ScrollArea} type="auto">
          {places.map((place) => (
            <NavPlace key={place.to} place={place} reason={reason?.(place) ?? null} />
          ))}
        </AppShell.Section>
        <AppShell.Section pt="xs">
          <UserMenu />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="page" tabIndex={-1}>
        {children}
      </AppShell.Main>
      <Palette places={places} />
      <Keys places={places} />
    </AppShell>
  );
}

function NavPlace({ place, reason }: { place: Place; reason: string | null }) {
  const icon = <place.icon size={16} stroke={1.75} aria-hidden />;
  if (reason) {
    return (
      <Tooltip label={reason} position="right">
        <Box className="place" data-off aria-disabled="true" tabIndex={0} role="link">
          {icon}
          <span>{place.label}</span>
        </Box>
      </Tooltip>
    );
  }
  return (
    <RouterLink to={place.to} end={place.exact ?? false} className="place">
      {icon}
      <span>{place.label}</span>
    </RouterLink>
  );
}

export function isApple(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}
