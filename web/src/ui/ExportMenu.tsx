import { Button, Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";

/** A menu of the forms that a list can be downloaded in. */
export function ExportMenu({ hrefOf }: { hrefOf: (format: "csv" | "ndjson") => string }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={14} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={hrefOf("csv")} download>
          CSV, for spreadsheets
        </Menu.Item>
        <Menu.Item component="a" href={hrefOf("ndjson")} download>
          NDJSON, for programs
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
