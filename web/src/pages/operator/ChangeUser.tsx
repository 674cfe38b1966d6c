import { notifications } from "@mantine/notifications";
import type { User } from "~/api/types";
import { useWrite } from "~/api/write";
import { ConfirmWrite } from "~/components/ConfirmWrite";

type What = "disable" | "enable" | "promote";

export interface Act {
  what: What;
  user: User;
}

const WORDS: Record<What, { title: string; act: string; done: string; says: string }> = {
  disable: {
    title: "Disable user",
    act: "Disable user",
    done: "is kept out.",
    says: "is signed out everywhere and cannot sign in until you let them in again. Keys of workspaces keep working; revoke those that they made there.",
  },
  enable: {
    title: "Let the user in again",
    act: "Let in",
    done: "can sign in again.",
    says: "can sign in again, with the same password and in the same workspaces.",
  },
  promote: {
    title: "Make operator",
    act: "Make operator",
    done: "is an operator now.",
    says: "will see every workspace of this instance, give and take credits, change prices and disable users. It cannot be taken back here.",
  },
};

/** Asks before a user is disabled, let in again or made an operator. */
export function ChangeUser({ act, onClose }: { act: Act | null; onClose: () => void }) {
  const options = {
    invalidates: ["/v1/operator/users", "/v1/me"],
    onDone: (user: User) => {
      notifications.show({
        message: `${user.name} ${act ? WORDS[act.what].done : "was changed."}`,
      });
      onClose();
    },
  };
  const writes = {
    disable: useWrite("post", "/v1/operator/users/{user}/disable", options),
    enable: useWrite("post", "/v1/operator/users/{user}/enable", options),
    promote: useWrite("post", "/v1/operator/users/{user}/promote", options),
  };
  // Closed, it is about none of them.
  const write = writes[act?.what ?? "disable"];
  const words = act && WORDS[act.what];
  return (
    <ConfirmWrite
      opened={act !== null}
      onClose={onClose}
      title={words?.title ?? ""}
      act={words?.act ?? ""}
      harmless={act?.what === "enable"}
      {...(act && act.what !== "enable" ? { name: act.user.email } : {})}
      write={write}
      send={act && { path: { user: act.user.id } }}
    >
      {act && words && (
        <>
          <strong>{act.user.name}</strong> {words.says}
        </>
      )}
    </ConfirmWrite>
  );
}
