import {
  Alert,
  Anchor,
  Box,
  Group,
  Select,
  Skeleton,
  Stack,
  Tabs,
  Text,
  Title,
} from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { Link } from "react-router";
import { useWorkspace } from "~/components/workspace";
import { exampleOf, isSchema } from "~/flow/form";
import { SAMPLE_LANGUAGES, SAMPLE_NAMES, type SampleLanguage, sample } from "~/flow/samples";
import { paths } from "~/paths";
import { CopyIcon } from "~/ui/Copy";
import { useFilters } from "~/ui/filters";
import { Json } from "~/ui/Json";
import classes from "./api.module.css";
import { inputSchemaOf, useDefinition } from "./definition";
import { useFlow } from "./flow";

/** How the flow is called from outside: code that works as it is. */
export function Component() {
  const flow = useFlow();
  const { ws, may } = useWorkspace();
  const { values, set } = useFilters("environment", "language");
  const first = flow.live.find((place) => place.environment_name === "production") ?? flow.live[0];
  const environment = values.environment ?? first?.environment_name ?? "production";
  const language = SAMPLE_LANGUAGES.find((one) => one === values.language) ?? "curl";
  const place = flow.live.find((one) => one.environment_name === environment);
  const definition = useDefinition(flow, place?.version ?? null);
  const schema = inputSchemaOf(definition.value);
  const input = isSchema(schema) ? exampleOf(schema, schema) : {};
  return (
    <Stack gap="lg" maw={920}>
      {!place && (
        <Alert
          className="alert"
          color="orange"
          variant="light"
          icon={<IconInfoCircle aria-hidden />}
        >
          Nothing of this flow is live in {environment} yet, so a call answers 404. <DeployLink />
        </Alert>
      )}
      <section aria-label="Code">
        <Group justify="space-between" mb="xs" gap="xs">
          <Title order={2}>Call it</Title>
          <Select
            aria-label="Environment"
            w={180}
            allowDeselect={false}
            data={[...new Set([...flow.live.map((one) => one.environment_name), environment])]}
            value={environment}
            onChange={(value) => set("environment", value)}
          />
        </Group>
        {definition.isPending ? (
          <Skeleton height={220} />
        ) : (
          <Tabs
            value={language}
            onChange={(value) => set("language", value === "curl" ? null : value)}
            keepMounted={false}
          >
            <Tabs.List>
              {SAMPLE_LANGUAGES.map((one) => (
                <Tabs.Tab key={one} value={one}>
                  {SAMPLE_NAMES[one]}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            {SAMPLE_LANGUAGES.map((one) => (
              <Tabs.Panel key={one} value={one}>
                <Code
                  language={one}
                  code={sample(one, {
                    origin: window.location.origin,
                    flow: flow.slug,
                    environment,
                    input,
                  })}
                />
              </Tabs.Panel>
            ))}
          </Tabs>
        )}
        <Text size="sm" c="dimmed" mt="xs">
          Put an API key into <span className="mono">GUILDHALL_KEY</span>.{" "}
          {may("keys:read") && (
            <Anchor component={Link} to={paths.keys(ws)} inherit>
              API keys
            </Anchor>
          )}{" "}
          With a header <span className="mono">Idempotency-Key</span> the same request is charged
          once, however often it is sent.
        </Text>
      </section>
      {isSchema(schema) && (
        <section aria-label="Input">
          <Title order={2} mb="xs">
            Input
          </Title>
          <Text size="sm" c="dimmed" mb="xs">
            The body of the request is checked against this schema before the flow runs; what does
            not fit is answered with 422 and costs nothing.
          </Text>
          <Json value={schema} what="the schema of the input" />
        </section>
      )}
      <section aria-label="Answer">
        <Title order={2} mb="xs">
          Answer
        </Title>
        <Text size="sm" c="dimmed">
          The body of the answer is the output. <span className="mono">Guildhall-Run-Id</span> names
          the run, <span className="mono">Guildhall-Credits-Charged</span> what it cost. A flow that
          fails answers the status of its own error, as a problem with the code{" "}
          <span className="mono">flow_failed</span>.{" "}
          <Anchor href={paths.docs} inherit>
            The whole API
          </Anchor>
        </Text>
      </section>
    </Stack>
  );
}

function DeployLink() {
  const { ws, may } = useWorkspace();
  const flow = useFlow();
  if (!may("flows:deploy")) return null;
  return (
    <Anchor component={Link} to={paths.flowDeployments(ws, flow.slug)} inherit>
      Deploy a version
    </Anchor>
  );
}

function Code({ language, code }: { language: SampleLanguage; code: string }) {
  return (
    <Box className={classes.code}>
      <Box className={classes.copy}>
        <CopyIcon value={code} what={`the ${SAMPLE_NAMES[language]} code`} />
      </Box>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard */}
      <section tabIndex={0} aria-label={`${SAMPLE_NAMES[language]} code`}>
        <pre>{code}</pre>
      </section>
    </Box>
  );
}
