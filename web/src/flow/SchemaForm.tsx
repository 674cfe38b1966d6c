import {
  ActionIcon,
  Button,
  Checkbox,
  Fieldset,
  Group,
  Input,
  JsonInput,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import {
  initialOf,
  isRequired,
  jsonProblem,
  kindOf,
  labelOf,
  numberIn,
  pointerOf,
  propertiesOf,
  resolve,
  type Schema,
  withAt,
} from "./form";
import { NumberField } from "./NumberField";

type Path = (string | number)[];

interface Props {
  schema: Schema;
  value: unknown;
  onChange: (value: unknown) => void;
  /** What is wrong, by JSON pointer. */
  errors?: ReadonlyMap<string, string>;
}

interface FieldProps {
  schema: Schema;
  root: Schema;
  path: Path;
  value: unknown;
  label: string;
  required: boolean;
  errors: ReadonlyMap<string, string>;
  change: (path: Path, value: unknown) => void;
}

const NO_ERRORS: ReadonlyMap<string, string> = new Map();
/** From this length on a text gets several lines. */
const LONG_TEXT = 120;
const NESTED_MAX = 12;

/** Fields for a value that a JSON Schema describes. What has no field of its own is entered as JSON. */
export function SchemaForm({ schema, value, onChange, errors = NO_ERRORS }: Props) {
  const found = resolve(schema, schema);
  const change = (path: Path, changed: unknown) => onChange(withAt(value, path, changed));
  const shared = { root: schema, errors, change, value };
  if (kindOf(found) === "object") {
    return (
      <Stack gap="sm">
        <Members {...shared} schema={found} path={[]} />
      </Stack>
    );
  }
  return <Field {...shared} schema={found} path={[]} label={labelOf("input", found)} required />;
}

function Members(props: Omit<FieldProps, "label" | "required">) {
  const { schema, root, path, value } = props;
  const members = typeof value === "object" && value !== null ? (value as Schema) : {};
  return Object.entries(propertiesOf(schema)).map(([name, one]) => {
    const found = resolve(one, root);
    return (
      <Field
        key={name}
        {...props}
        schema={found}
        path={[...path, name]}
        value={members[name]}
        label={labelOf(name, found)}
        required={isRequired(schema, name)}
      />
    );
  });
}

function Field(props: FieldProps) {
  const { schema, path, value, label, required, errors, change } = props;
  const description = typeof schema.description === "string" ? schema.description : undefined;
  const error = errors.get(pointerOf(path));
  const shared = { label, description, error, withAsterisk: required };
  const set = (changed: unknown) => change(path, changed);
  const kind = path.length > NESTED_MAX ? "json" : kindOf(schema);
  switch (kind) {
    case "object":
      return (
        <Nested {...props}>
          <Members {...props} />
        </Nested>
      );
    case "array":
      return <Items {...props} />;
    case "fixed":
      return <TextInput {...shared} value={JSON.stringify(schema.const)} readOnly />;
    case "choice":
      return <Choice {...props} />;
    case "boolean":
      return (
        <Checkbox
          label={label}
          description={description}
          error={error}
          checked={value === true}
          onChange={(event) => set(event.currentTarget.checked)}
        />
      );
    case "number":
    case "integer":
      return (
        <NumberField
          {...shared}
          value={value}
          isWhole={kind === "integer"}
          placeholder={placeholderOf(schema)}
          onChange={set}
        />
      );
    case "text":
      return <TextField {...props} />;
    default:
      return <JsonField {...props} />;
  }
}

function placeholderOf(schema: Schema): string | undefined {
  const [example] = Array.isArray(schema.examples) ? schema.examples : [];
  return ["string", "number"].includes(typeof example) ? String(example) : undefined;
}

const INPUT_TYPES: Record<string, string> = {
  date: "date",
  email: "email",
  uri: "url",
  time: "time",
};

function TextField({ schema, path, value, label, required, errors, change }: FieldProps) {
  const format = typeof schema.format === "string" ? schema.format : "";
  const most = numberIn(schema.maxLength);
  const shared = {
    label,
    description: typeof schema.description === "string" ? schema.description : undefined,
    error: errors.get(pointerOf(path)),
    withAsterisk: required,
    value: typeof value === "string" ? value : "",
    placeholder: format === "date-time" ? "2026-01-31T09:30:00Z" : placeholderOf(schema),
    onChange: (event: { currentTarget: { value: string } }) =>
      change(path, event.currentTarget.value === "" ? undefined : event.currentTarget.value),
  };
  if (most !== null && most > LONG_TEXT)
    return <Textarea {...shared} autosize minRows={2} maxRows={10} />;
  // The form is not sent by the browser, so these types only choose keyboard and picker.
  return <TextInput {...shared} type={INPUT_TYPES[format] ?? "text"} />;
}

function Choice({ schema, path, value, label, required, errors, change }: FieldProps) {
  const all = Array.isArray(schema.enum) ? schema.enum : [];
  const index = all.findIndex((one) => JSON.stringify(one) === JSON.stringify(value));
  return (
    <Select
      label={label}
      description={typeof schema.description === "string" ? schema.description : undefined}
      error={errors.get(pointerOf(path))}
      withAsterisk={required}
      clearable={!required}
      data={all.map((one, at) => ({
        value: String(at),
        label: typeof one === "string" ? one : JSON.stringify(one),
      }))}
      value={index < 0 ? null : String(index)}
      onChange={(chosen) => change(path, chosen === null ? undefined : all[Number(chosen)])}
    />
  );
}

function Nested({
  schema,
  path,
  label,
  required,
  errors,
  children,
}: FieldProps & { children: React.ReactNode }) {
  const error = errors.get(pointerOf(path));
  return (
    <Fieldset legend={`${label}${required ? " *" : ""}`} p="sm">
      <Stack gap="sm">
        {typeof schema.description === "string" && (
          <Text size="xs" c="dimmed">
            {schema.description}
          </Text>
        )}
        {children}
        {error && <Input.Error>{error}</Input.Error>}
      </Stack>
    </Fieldset>
  );
}

function Items(props: FieldProps) {
  const { schema, root, path, value, label, change } = props;
  const item = resolve(schema.items, root);
  const items = Array.isArray(value) ? value : [];
  const singular = typeof item.title === "string" ? item.title : "Item";
  return (
    <Nested {...props}>
      {items.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: items have no identity but their place
        <Group key={index} gap="xs" wrap="nowrap" align="flex-end">
          <div style={{ flex: 1, minWidth: 0 }}>
            <Field
              {...props}
              schema={item}
              path={[...path, index]}
              value={one}
              label={`${singular} ${index + 1}`}
              required={false}
            />
          </div>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={`Remove ${singular.toLowerCase()} ${index + 1} of ${label}`}
            onClick={() => change([...path, index], undefined)}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Group>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => change([...path, items.length], initialOf(item, root) ?? null)}
        >
          Add to {label.toLowerCase()}
        </Button>
      </Group>
    </Nested>
  );
}

/** Anything, as JSON. What is typed stays, also while it is not JSON yet. */
function JsonField({ schema, path, value, label, required, errors, change }: FieldProps) {
  const [text, setText] = useState(() =>
    value === undefined ? "" : JSON.stringify(value, null, 2),
  );
  const problem = text.trim() === "" ? null : jsonProblem(text);
  return (
    <JsonInput
      label={label}
      description={typeof schema.description === "string" ? schema.description : "Any JSON"}
      error={problem ?? errors.get(pointerOf(path))}
      withAsterisk={required}
      value={text}
      autosize
      minRows={2}
      maxRows={12}
      spellCheck={false}
      styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13 } }}
      onChange={(entered) => {
        setText(entered);
        if (entered.trim() === "") change(path, undefined);
        else if (jsonProblem(entered) === null) change(path, JSON.parse(entered));
      }}
    />
  );
}
