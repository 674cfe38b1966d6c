// Forms: what the server says of a field stands at the field, and what was typed stays.

import { Button, Group } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useRef, useState } from "react";
import { isRefused, Refused } from "~/api/error";
import { placeErrors } from "~/api/fields";
import { sentence } from "~/api/problems";
import { useFormDialog } from "~/ui/FormDialog";
import { useUnsaved } from "~/ui/unsaved";
import { ErrorPanel } from "./ErrorPanel";

type Values = Record<string, unknown>;

interface Options<V extends Values, T> {
  initialValues: V;
  /** Checked in the browser first; the server checks all again. */
  validate?: Partial<{ [K in keyof V]: (value: V[K], values: V) => string | null }>;
  /** Where a field of the body is not named as in the form: `{ "/overlap_seconds": "overlap" }`. */
  pointers?: Record<string, keyof V & string>;
  send: (values: V) => Promise<T>;
  onDone?: (answer: T, values: V) => void;
  /** Ask before leaving with changes. Off where nothing of worth can be lost. */
  guard?: boolean;
}

/** A form over one request. */
export function useSubmit<V extends Values, T>(options: Options<V, T>) {
  const { initialValues, validate, pointers, send, onDone, guard = true } = options;
  const form = useForm<V>({
    mode: "controlled",
    initialValues,
    ...(validate ? { validate: validate as never } : {}),
    clearInputErrorOnChange: true,
  });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [rest, setRest] = useState<string[]>([]);
  const element = useRef<HTMLFormElement>(null);
  const isUnsaved = guard && form.isDirty();
  useUnsaved(isUnsaved && !busy);
  const close = useFormDialog(isUnsaved);
  const isSending = useRef(false);

  const focusFirst = () =>
    requestAnimationFrame(() =>
      element.current
        ?.querySelector<HTMLElement>("[aria-invalid='true'], [data-error] input")
        ?.focus(),
    );

  // Errors go only to what is on the page now; what has no place there is said below.
  const shown = useRef(new Set<string>());
  shown.current = new Set();
  const field = (name: keyof V & string) => {
    shown.current.add(name);
    return form.getInputProps(name as never);
  };

  const submit = form.onSubmit(async (values) => {
    // However often Enter is pressed, it goes out once.
    if (isSending.current) return;
    isSending.current = true;
    setBusy(true);
    setError(null);
    setRest([]);
    try {
      const answer = await send(values);
      form.resetDirty();
      onDone?.(answer, values);
    } catch (caught) {
      const fields = caught instanceof Refused ? caught.fields : [];
      const placed = placeErrors(fields, [...shown.current], pointers);
      // The problem as a whole names an address that is free; its field does not.
      if (isRefused(caught, "slug_taken") && placed.errors.slug)
        placed.errors.slug = sentence(caught);
      form.setErrors(placed.errors);
      setRest(placed.rest);
      // When every complaint stands at its field there is nothing to add.
      const isAllPlaced = fields.length > 0 && placed.rest.length === 0;
      setError(isAllPlaced ? null : caught);
      focusFirst();
    } finally {
      isSending.current = false;
      setBusy(false);
    }
  }, focusFirst);

  return {
    form,
    busy,
    error,
    rest,
    /** Closes the dialog around it, but not unasked. */
    close,
    /** For `<form {...props}>`. */
    props: { onSubmit: submit, ref: element, noValidate: true },
    field,
  };
}

interface EndProps {
  form: Pick<ReturnType<typeof useSubmit>, "busy" | "error" | "rest" | "close">;
  act: string;
  onCancel?: () => void;
  danger?: boolean;
  disabled?: boolean;
  /** One button over the whole width, for the narrow card before signing in. */
  wide?: boolean;
}

/** The end of a form: what went wrong as a whole, and the buttons. */
export function FormEnd({ form, act, onCancel, danger, disabled, wide }: EndProps) {
  return (
    <>
      {form.error !== null && <ErrorPanel error={form.error} />}
      {form.rest.length > 0 && (
        <ul role="alert">
          {form.rest.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      <Group justify="flex-end" gap="xs" mt="xs">
        {onCancel && (
          <Button variant="default" onClick={form.close ?? onCancel}>
            Cancel
          </Button>
        )}
        <Button
          type="submit"
          fullWidth={wide ?? false}
          loading={form.busy}
          disabled={disabled ?? false}
          {...(danger ? { color: "red" } : {})}
        >
          {act}
        </Button>
      </Group>
    </>
  );
}
