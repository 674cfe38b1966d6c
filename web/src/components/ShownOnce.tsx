import { Alert, Box, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { CopyText } from "~/ui/Copy";
import { useFocusBack } from "~/ui/focus";

interface Props {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What it is: "key", "token". */
  what: string;
  /** What it was called. */
  name: string;
  /** Absent when an earlier attempt made it and its answer was lost. */
  secret: string | undefined;
  /** What else there is to say of it. */
  children?: ReactNode;
}

/** A credential itself. It is in the answer that made it and nowhere else, so closing this asks for nothing twice. */
export function ShownOnce({ opened, onClose, title, what, name, secret, children }: Props) {
  useFocusBack(opened);
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeOnClickOutside={false} size="lg">
      <Stack gap="sm">
        {secret ? (
          <>
            <Text>
              Copy <strong>{name}</strong> now and keep it where it is safe. It is not stored here
              and is never shown again.
            </Text>
            <Box
              className="panel mono"
              p="sm"
              style={{ overflowWrap: "anywhere" }}
              data-testid={what}
            >
              {secret}
            </Box>
          </>
        ) : (
          <Alert
            className="alert alert-warn"
            color="orange"
            variant="light"
            icon={<IconAlertTriangle size={18} aria-hidden />}
          >
            The {what} was made by an earlier attempt whose answer was lost, and it is shown only
            once. Revoke it and make another one.
          </Alert>
        )}
        {children}
        <Group justify="flex-end">
          {secret && <CopyText value={secret} label={`Copy ${what}`} />}
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
