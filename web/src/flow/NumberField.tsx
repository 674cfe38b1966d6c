import { TextInput, type TextInputProps } from "@mantine/core";
import { useState } from "react";
import { typedNumber } from "./form";

interface Props extends Omit<TextInputProps, "value" | "onChange"> {
  value: unknown;
  isWhole: boolean;
  onChange: (value: number | string | undefined) => void;
}

/** A number of an input. What is none stays as it was typed, for the check to say so. */
export function NumberField({ value, isWhole, onChange, ...props }: Props) {
  const [typed, setTyped] = useState("");
  // "1." and "1.0" are typed on the way to "1.05"; anything else came from an example or from the JSON.
  const text = typedNumber(typed) === value ? typed : String(value ?? "");
  return (
    <TextInput
      {...props}
      inputMode={isWhole ? "numeric" : "decimal"}
      autoComplete="off"
      value={text}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        onChange(typedNumber(event.currentTarget.value));
      }}
    />
  );
}
