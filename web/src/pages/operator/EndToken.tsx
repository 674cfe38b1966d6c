import { notifications } from "@mantine/notifications";
import { useNavigate } from "react-router";
import { useWrite } from "~/api/write";
import { ConfirmWrite } from "~/components/ConfirmWrite";
import { paths } from "~/paths";
import type { Token } from "./token";

interface Props {
  it: Token;
  opened: boolean;
  onClose: () => void;
}

/** Ends a token; it stays in the list. */
export function RevokeToken({ it, opened, onClose }: Props) {
  const revoke = useWrite("post", "/v1/operator/service-tokens/{service_token}/revoke", {
    invalidates: ["/v1/operator/service-tokens*"],
    onDone: () => {
      notifications.show({ message: `${it.name} was revoked.` });
      onClose();
    },
  });
  return (
    <ConfirmWrite
      opened={opened}
      onClose={onClose}
      title="Revoke service token"
      act="Revoke token"
      name={it.name}
      write={revoke}
      send={{ path: { service_token: it.id } }}
    >
      Every system that uses it is refused from this moment on. It cannot be taken back; the token
      stays in the list.
    </ConfirmWrite>
  );
}

/** Ends a token, if it has not ended, and takes it off the list. */
export function DeleteToken({ it, opened, onClose }: Props) {
  const navigate = useNavigate();
  const remove = useWrite("delete", "/v1/operator/service-tokens/{service_token}", {
    onDone: async () => {
      notifications.show({ message: `${it.name} was deleted.` });
      // Away first: the page of a token that is gone would only say so.
      await navigate(paths.operator.serviceTokens, { replace: true });
    },
    invalidates: ["/v1/operator/service-tokens"],
  });
  return (
    <ConfirmWrite
      opened={opened}
      onClose={onClose}
      title="Delete service token"
      act="Delete token"
      name={it.name}
      write={remove}
      send={{ path: { service_token: it.id } }}
    >
      {it.status === "active" && "Every system that uses it is refused from this moment on. "}
      It disappears from the list and cannot be brought back; what it did stays.
    </ConfirmWrite>
  );
}
