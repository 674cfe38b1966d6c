import { Box, Button, Group, SegmentedControl, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";
import { useMe } from "~/components/me";
import { useWorkspace } from "~/components/workspace";
import { isMade } from "~/pages";
import { paths } from "~/paths";
import { CopyIcon, CopyText } from "~/ui/Copy";
import { callSnippet, nextStep, type Step, verifySnippet } from "./checklist";

/** What is still missing before the first call; the next step is open. */
export function Checklist({ steps, flow }: { steps: Step[]; flow: string | undefined }) {
  const next = nextStep(steps);
  return (
    <Box className="panel" p="md" component="section" aria-label="Set-up">
      <Group justify="space-between" mb="sm">
        <Title order={2}>Set up this workspace</Title>
        <Text c="dimmed" size="sm">
          {steps.filter(({ isDone }) => isDone).length} of {steps.length} done
        </Text>
      </Group>
      <Stack component="ol" gap="sm" p={0} m={0} style={{ listStyle: "none" }}>
        {steps.map((step, index) => (
          <Group key={step.name} component="li" wrap="nowrap" align="flex-start" gap="sm">
            <ThemeIcon
              size={22}
              radius="xl"
              variant={step.isDone ? "filled" : "default"}
              aria-hidden
            >
              {step.isDone ? <IconCheck size={14} /> : <Text size="xs">{index + 1}</Text>}
            </ThemeIcon>
            <Stack gap={6} miw={0} flex={1}>
              <Text fw={500} {...(step.isDone ? { c: "dimmed" } : {})}>
                {step.title}
                {step.isDone && <span className="hidden-text">, done</span>}
              </Text>
              {step.name === next && (
                <>
                  <Text c="dimmed">{step.about}</Text>
                  <Act name={step.name} flow={flow} />
                </>
              )}
            </Stack>
          </Group>
        ))}
      </Stack>
    </Box>
  );
}

function Act({ name, flow }: { name: Step["name"]; flow: string | undefined }) {
  const { ws, workspace, may } = useWorkspace();
  const me = useMe();
  if (name === "credits") {
    if (me.data?.operator_since && isMade("operator/WorkspacePage")) {
      return (
        <LinkButton to={paths.operator.workspace(workspace.slug)}>Grant them yourself</LinkButton>
      );
    }
    return (
      <Group gap={4}>
        <Text>Tell the operator the address of this workspace:</Text>
        <span className="mono">{workspace.slug}</span>
        <CopyIcon value={workspace.slug} what="the address of the workspace" />
      </Group>
    );
  }
  if (name === "key") {
    return may("keys:create") ? (
      <LinkButton to={paths.newKey(ws)}>Create key</LinkButton>
    ) : (
      <LinkButton to={paths.keys(ws)}>Open API keys</LinkButton>
    );
  }
  return (
    <>
      {name === "flow" && isMade("flows/FlowsPage") && (
        <LinkButton to={may("flows:write") ? paths.newFlow(ws) : paths.flows(ws)}>
          {may("flows:write") ? "Create flow" : "Open flows"}
        </LinkButton>
      )}
      <Snippets flow={flow} isCall={name === "call" && flow !== undefined} />
    </>
  );
}

function LinkButton({ to, children }: { to: string; children: string }) {
  return (
    <div>
      <Button component={Link} to={to}>
        {children}
      </Button>
    </div>
  );
}

function Snippets({ flow, isCall }: { flow: string | undefined; isCall: boolean }) {
  const [shown, setShown] = useState(isCall ? "call" : "verify");
  const { origin } = window.location;
  const text = shown === "call" ? callSnippet(origin, flow) : verifySnippet(origin);
  return (
    <Box className="panel" p="sm" miw={0}>
      <Group justify="space-between" mb="xs" gap="xs">
        <SegmentedControl
          size="xs"
          aria-label="What is called"
          value={shown}
          onChange={setShown}
          data={[
            { value: "call", label: "Call a flow" },
            { value: "verify", label: "Verify a key in your API" },
          ]}
        />
        <CopyText value={text} />
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls in itself, and so must be reached by keyboard */}
      <section className="snippet mono" tabIndex={0} aria-label="The command">
        {text}
      </section>
      {shown === "verify" && (
        <Text size="xs" c="dimmed" mt="xs">
          For whoever runs this instance: service tokens are made by the operator. It charges the
          workspace of the key.
        </Text>
      )}
    </Box>
  );
}
