import { Text } from "@mantine/core";
import { Link } from "react-router";
import { paths } from "~/paths";
import mark from "../../mark.svg";

/** The mark and the name, where no workspace is open. */
export function Brand({ about }: { about?: string }) {
  return (
    <Link to={paths.home} className="switcher" aria-label="Guildhall, home">
      <img src={mark} alt="" width={28} height={28} />
      <span>
        <Text fw={600} lh={1.25}>
          Guildhall
        </Text>
        {about && (
          <Text size="xs" c="dimmed" lh={1.25}>
            {about}
          </Text>
        )}
      </span>
    </Link>
  );
}
