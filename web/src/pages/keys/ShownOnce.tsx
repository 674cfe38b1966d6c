import { Alert, Box, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { Schemas } from "~/api/types";
import { CopyText } from "~/ui/Copy";

/** The key itself. It is in the answer that made it and nowhere else, so closing this asks for nothing twice. */
export function ShownOnce({
  made,
  onClose,
}: {
  made: Schemas["NewKey"] | null;
  onClose: () => void;
}) {
  return (
    <Modal
      opened={made !== null}
      onClose={onClose}
      title="Your new API key"
      closeOnClickOutside={false}
      size="lg"
    >
      {made && (
        <Stack gap="sm">
          {made.key ? (
            <>
              <Text>
                Copy <strong>{made.name}</strong> now and keep it where it is safe. It is not stored
                here and is never shown again.
              </Text>
              <Box
                className="panel mono"
                p="sm"
                style={{ overflowWrap: "anywhere" }}
                data-testid="key"
              >
                {made.key}
              </Box>
            </>
          ) : (
            <Alert
              className="alert"
              color="orange"
              variant="light"
              icon={<IconAlertTriangle size={18} aria-hidden />}
            >
              The key was made by an earlier attempt whose answer was lost, and it is shown only
              once. Revoke it and make another one.
            </Alert>
          )}
          <Group justify="flex-end">
            {made.key && <CopyText value={made.key} label="Copy key" />}
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
