import { Anchor, Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPlus, IconTag } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";
import { prefetch, useRead } from "~/api/queries";
import { useWrite } from "~/api/write";
import { ConfirmWrite } from "~/components/ConfirmWrite";
import { ListTable } from "~/components/ListTable";
import { paths } from "~/paths";
import { Credits } from "~/ui/Credits";
import { EmptyState } from "~/ui/EmptyState";
import { Frame } from "~/ui/Frame";
import { useDialog } from "~/ui/filters";
import { Time } from "~/ui/Time";
import { inWords, kindName, type Price } from "./price";
import { SetPrice } from "./SetPrice";

export const loader = () => prefetch("/v1/operator/prices", {});

export function Component() {
  const list = useRead("/v1/operator/prices", {});
  const create = useDialog("new");
  const [editing, setEditing] = useState<Price | null>(null);
  const [removing, setRemoving] = useState<Price | null>(null);
  const set = (
    <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={create.open}>
      Set price
    </Button>
  );
  return (
    <Frame
      title="Prices"
      about="What things cost that are not charged at the usual price. Calls that start after a change pay the new price."
      actions={set}
    >
      <Usual />
      <ListTable
        label="Prices"
        query={list}
        rowKey={({ kind, subject }) => `${kind} ${subject}`}
        columns={[
          {
            title: "For",
            cell: ({ subject }) => <strong className="mono">{subject}</strong>,
          },
          { title: "Kind", wideOnly: true, cell: ({ kind }) => kindName(kind) },
          { title: "Credits", numeric: true, cell: ({ credits }) => <Credits value={credits} /> },
          { title: "Per", numeric: true, cell: ({ per }) => per.toLocaleString("en") },
          { title: "Set", wideOnly: true, cell: ({ updated_at }) => <Time at={updated_at} /> },
          {
            title: "Acts",
            hidden: true,
            numeric: true,
            cell: (price) => (
              <Group gap="xs" justify="flex-end">
                <Button
                  size="xs"
                  variant="default"
                  aria-label={`Change the price of ${price.subject}`}
                  onClick={() => setEditing(price)}
                >
                  Change
                </Button>
                <Button
                  size="xs"
                  variant="default"
                  aria-label={`Delete the price of ${price.subject}`}
                  onClick={() => setRemoving(price)}
                >
                  Delete
                </Button>
              </Group>
            ),
          },
        ]}
        empty={
          <EmptyState icon={IconTag} title="No price of its own yet" action={set}>
            Everything costs the usual price. Give a resource of your API, a kind of flow task or a
            unit such as tokens a price of its own.
          </EmptyState>
        }
      />
      <SetPrice
        price={editing}
        opened={create.isOpen || editing !== null}
        onClose={() => {
          setEditing(null);
          if (create.isOpen) create.close();
        }}
      />
      <DeletePrice price={removing} onClose={() => setRemoving(null)} />
    </Frame>
  );
}

/** What is charged where the table says nothing. */
function Usual() {
  const { data } = useRead("/v1/operator/settings", {});
  return (
    <Text c="dimmed" mb="md" mih="1.5em">
      {data && (
        <>
          Usual prices: a flow call <Credits value={data.flow_call_price} unit />, a verified call
          of your API <Credits value={data.verify_price} unit />.{" "}
          <Anchor component={Link} to={paths.operator.settings} inherit>
            Change them in the settings
          </Anchor>
          .
        </>
      )}
    </Text>
  );
}

function DeletePrice({ price, onClose }: { price: Price | null; onClose: () => void }) {
  const remove = useWrite("delete", "/v1/operator/prices", {
    invalidates: ["/v1/operator/prices"],
    onDone: () => {
      notifications.show({ message: `${price?.subject ?? "It"} costs what is usual now.` });
      onClose();
    },
  });
  return (
    <ConfirmWrite
      opened={price !== null}
      onClose={onClose}
      title="Delete price"
      act="Delete price"
      write={remove}
      send={price && { query: { kind: price.kind, subject: price.subject } }}
    >
      {price && (
        <>
          <strong>{price.subject}</strong> costs {inWords(price)}. Without this price it costs what
          is usual, from the next call on.
        </>
      )}
    </ConfirmWrite>
  );
}
