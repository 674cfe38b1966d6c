import { Group, Kbd, Modal, Table, Text } from "@mantine/core";
import { useFocusBack } from "~/ui/focus";

interface Props {
  opened: boolean;
  onClose: () => void;
  /** Keys, and what they do. */
  rows: [string[], string][];
}

/** The keys that do something, for those who look for them. */
export function KeyList({ opened, onClose, rows }: Props) {
  useFocusBack(opened);
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard shortcuts" size="sm">
      <Table withRowBorders={false}>
        <Table.Tbody>
          {rows.map(([keys, what]) => (
            <Table.Tr key={what}>
              <Table.Td>
                <Text>{what}</Text>
              </Table.Td>
              <Table.Td>
                <Group gap={4} justify="flex-end">
                  {keys.map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
