import {
  Avatar,
  Menu,
  SegmentedControl,
  Text,
  UnstyledButton,
  useMantineColorScheme,
} from "@mantine/core";
import {
  IconFileText,
  IconKeyboard,
  IconLogout,
  IconSelector,
  IconServer,
  IconUser,
} from "@tabler/icons-react";
import { Link } from "react-router";
import { isMade } from "~/pages";
import { paths } from "~/paths";
import { useMe } from "../me";
import { showKeys } from "./Keys";
import { useSignOut } from "./useSignOut";

const ICON = { size: 15, stroke: 1.75, "aria-hidden": true } as const;
const SCHEMES = [
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
  { value: "auto", label: "System" },
] as const;

/** Bottom left: who is signed in, colours, keys, sign out. */
export function UserMenu() {
  const { data: me } = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useSignOut();
  const name = me?.name ?? "…";
  return (
    <Menu position="top-start" width={232} shadow="md">
      <Menu.Target>
        <UnstyledButton className="place" aria-label={`Signed in as ${name}`}>
          <Avatar size={24} radius="xl" name={name} color="gray" className="avatar" />
          <span className="truncate">{name}</span>
          <IconSelector size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Text px="sm" py={6} size="sm" c="dimmed" className="truncate">
          {me?.email}
        </Text>
        {isMade("profile/ProfilePage") && (
          <Menu.Item component={Link} to={paths.profile} leftSection={<IconUser {...ICON} />}>
            Profile
          </Menu.Item>
        )}
        {me?.operator_since && isMade("operator/HomePage") && (
          <Menu.Item
            component={Link}
            to={paths.operator.home}
            leftSection={<IconServer {...ICON} />}
          >
            Operator
          </Menu.Item>
        )}
        <Menu.Item component="a" href={paths.docs} leftSection={<IconFileText {...ICON} />}>
          API documentation
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard {...ICON} />} onClick={showKeys}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Divider />
        <SegmentedControl
          fullWidth
          size="xs"
          m={4}
          aria-label="Colour scheme"
          data={SCHEMES.map((one) => ({ ...one }))}
          value={colorScheme}
          onChange={(value) => setColorScheme(value as typeof colorScheme)}
        />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout {...ICON} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
