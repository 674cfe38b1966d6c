import { Box, Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect, useLayoutEffect, useRef } from "react";
import { Link, useLocation } from "react-router";

interface Tab {
  label: string;
  to: string;
}

interface Props {
  title: string;
  /** Behind the title: an id, a state. */
  aside?: ReactNode;
  /** One line that says what this is. */
  about?: ReactNode;
  /** Above the title: the way back. */
  back?: { label: string; to: string };
  /** Top right; the main act is the last. */
  actions?: ReactNode;
  tabs?: Tab[];
  /** For editors: no limit of the width. */
  wide?: boolean;
  children: ReactNode;
}

/** A page: title, actions, tabs, and what stands below. */
export function Frame({ title, aside, about, back, actions, tabs, wide, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Guildhall`;
  }, [title]);
  return (
    <Box maw={wide ? undefined : 1180} mx="auto" w="100%">
      {back && (
        <Text size="sm" mb={4}>
          <Link to={back.to} className="plain-link">
            ← {back.label}
          </Link>
        </Text>
      )}
      <Group justify="space-between" align="flex-start" gap="sm" mb={tabs ? "sm" : "lg"}>
        <Stack gap={2} miw={0} flex="1 1 16rem">
          <Group gap="xs">
            <Title order={1}>{title}</Title>
            {aside}
          </Group>
          {about && (
            <Text c="dimmed" maw={720} lineClamp={4}>
              {about}
            </Text>
          )}
        </Stack>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {tabs && <FrameTabs tabs={tabs} />}
      {children}
    </Box>
  );
}

/** Tabs are links: the open one is in the address. */
function FrameTabs({ tabs }: { tabs: Tab[] }) {
  const { pathname } = useLocation();
  const open = [...tabs]
    .sort((one, other) => other.to.length - one.to.length)
    .find(({ to }) => pathname === to || pathname.startsWith(`${to}/`));
  const nav = useRef<HTMLElement>(null);
  const at = open?.to;
  // On a phone not all of them fit; the open one is seen.
  useLayoutEffect(() => {
    const tab = at && nav.current?.querySelector<HTMLElement>("[aria-current]");
    if (!tab || !nav.current) return;
    nav.current.scrollLeft = tab.offsetLeft + tab.offsetWidth - nav.current.clientWidth;
  }, [at]);
  return (
    <nav className="tabs" ref={nav} aria-label="Parts of this page">
      {tabs.map(({ label, to }) => (
        <Link key={to} to={to} aria-current={to === open?.to ? "page" : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
