import { Input, SegmentedControl } from "@mantine/core";
import { type ReactNode, useId } from "react";

interface Props {
  label: string;
  description?: string;
  data: { value: string; label: string }[];
  value?: string;
  error?: ReactNode;
  onChange: (value: string) => void;
}

/** A choice between few, all of them in sight. */
export function SegmentedField({ label, description, data, value, error, onChange }: Props) {
  const id = useId();
  const described = [description && `${id}-description`, error && `${id}-error`].filter(Boolean);
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      labelProps={{ id }}
      description={description}
      descriptionProps={{ id: `${id}-description` }}
      error={error}
      errorProps={{ id: `${id}-error` }}
      inputWrapperOrder={["label", "input", "description", "error"]}
    >
      <SegmentedControl
        fullWidth
        mt={4}
        aria-labelledby={id}
        aria-describedby={described.join(" ") || undefined}
        aria-invalid={error ? true : undefined}
        data={data}
        value={value ?? ""}
        onChange={onChange}
      />
    </Input.Wrapper>
  );
}
