import { type ComboboxData, Select } from "@mantine/core";

interface Props {
  /** What is narrowed, for those who hear it. */
  label: string;
  /** Shown while nothing is chosen: "Every flow". */
  all: string;
  value: string | undefined;
  /** Undefined while it is loaded. */
  data: ComboboxData | undefined;
  /** What a value is called that is not on the list any more. */
  nameOf?: (value: string) => string;
  onChange: (value: string | null) => void;
}

/** Narrows a list. What the address says is shown, also when it is no longer on the list. */
export function FilterSelect({ label, all, value, data = [], nameOf, onChange }: Props) {
  const options = data.flatMap((one) =>
    typeof one === "object" && "items" in one ? one.items : [one],
  );
  const isKnown = options.some(
    (one) => (typeof one === "object" && "value" in one ? one.value : one) === value,
  );
  const other = value && !isKnown ? [{ value, label: nameOf?.(value) ?? value }] : [];
  return (
    <Select
      aria-label={label}
      placeholder={all}
      w={{ base: "calc(50% - 5px)", xs: 186 }}
      searchable
      selectFirstOptionOnChange
      clearable
      nothingFoundMessage="Nothing has this name."
      data={[...data, ...other]}
      value={value ?? null}
      onChange={onChange}
    />
  );
}
