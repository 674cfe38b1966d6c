import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { say } from "~/api/problems";
import { CopyIcon } from "~/ui/Copy";

/** What went wrong: a sentence, a retry, the request id. */
export function ErrorPanel({
  error,
  onRetry,
}: {
  error: unknown;
  onRetry?: (() => void) | undefined;
}) {
  const { title, detail, requestId } = say(error);
  return (
    <Alert
      className="alert alert-bad"
      color="red"
      variant="light"
      role="alert"
      icon={<IconAlertTriangle size={18} aria-hidden />}
      title={title}
    >
      {detail && <Text>{detail}</Text>}
      <Group gap="md" mt={detail || onRetry || requestId ? 4 : 0}>
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
        {requestId && (
          <Group gap={2} wrap="nowrap" miw={0} maw="100%">
            <Text size="xs" c="dimmed" className="truncate">
              Request {requestId}
            </Text>
            <CopyIcon value={requestId} what="the request id" />
          </Group>
        )}
      </Group>
    </Alert>
  );
}
